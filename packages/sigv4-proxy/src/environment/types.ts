/** What a program must find in its environment to use the proxy. Holds the local credentials: show it to its user only. */
export interface ProxyEnvironment {
  /** Variables to set, in the order to print. */
  readonly set: readonly (readonly [name: string, value: string])[];
  /** Variables that would get in the way; unset them first. */
  readonly unset: readonly string[];
  /** When the local credentials end, for formats that say so. */
  readonly expiration?: Date | undefined;
}

/** The local key pair. */
export interface LocalCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** When the proxy stops taking them. */
  readonly expiration?: Date | undefined;
}

/** What both modes share. */
interface CommonEnvironmentOptions {
  readonly credentials: LocalCredentials;
  /** Path of the PEM bundle with the local CA and the system's roots. Left out: nothing about trust is set. */
  readonly caBundle?: string | undefined;
  /** Sets AWS_REGION and AWS_DEFAULT_REGION. Default: both are left alone. */
  readonly region?: string | undefined;
  /** Path of the local CA alone for NODE_EXTRA_CA_CERTS. Default `caBundle`. */
  readonly nodeExtraCaCerts?: string | undefined;
  /** Also point Python requests and curl to the bundle. Default false. */
  readonly otherClients?: boolean | undefined;
  /** Also set SSL_CERT_FILE, which Go and OpenSSL read on Linux. Default false. */
  readonly sslCertFile?: boolean | undefined;
  /** The present value of NO_PROXY; it is extended, not replaced. Default empty. */
  readonly noProxy?: string | undefined;
}

/** Everything goes through a CONNECT proxy. */
export interface ConnectEnvironmentOptions extends CommonEnvironmentOptions {
  readonly mode: 'connect';
  /** For example `http://127.0.0.1:8123`; with a secret: `http://x:secret@127.0.0.1:8123`. */
  readonly proxyUrl: string;
}

/** AWS calls go to the proxy as if it were AWS. */
export interface EndpointUrlEnvironmentOptions extends CommonEnvironmentOptions {
  readonly mode: 'endpoint-url';
  /** For example `https://localhost:8124`. */
  readonly endpointUrl: string;
  /**
   * Endpoints of single services by service ID in capitals, such as `{ BEDROCK_RUNTIME: 'https://bedrock-runtime.localhost:8124' }`.
   * A name in front of the listener's tells the proxy which endpoint is meant. Default none.
   */
  readonly serviceEndpointUrls?: Readonly<Record<string, string>> | undefined;
}

/** Options of `createEnvironment`. */
export type EnvironmentOptions = ConnectEnvironmentOptions | EndpointUrlEnvironmentOptions;
