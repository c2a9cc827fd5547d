// The one class of undici that is loaded, by the file that holds it; undici has types for its main entry only.
declare module 'undici/lib/dispatcher/client.js' {
  import { Client } from 'undici';
  export default Client;
}
