declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** The part of dynalite's options that the stand-in sets. */
  interface DynaliteOptions {
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }

  function dynalite(options?: DynaliteOptions): Server;
  export = dynalite;
}
