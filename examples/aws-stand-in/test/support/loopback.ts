import { Agent } from 'node:https';
import { connect } from 'node:net';
import type { AwsStandIn, Credentials } from '../../src/index.js';

/** Dials the stand-in for every address, while the SDK keeps AWS's host names and believes in TLS. */
class LoopbackAgent extends Agent {
  readonly #port: number;

  constructor(port: number) {
    super({ keepAlive: true });
    this.#port = port;
  }

  override createConnection() {
    return connect(this.#port, '127.0.0.1');
  }
}

/** Configuration of any AWS SDK client that shall talk to the stand-in. */
export function clientConfig(standIn: AwsStandIn, credentials: Credentials, region = 'us-east-1') {
  return {
    region,
    credentials: toIdentity(credentials),
    maxAttempts: 1,
    requestHandler: { httpsAgent: new LoopbackAgent(standIn.port) },
  };
}

/** Without members that are undefined, which the SDK's types do not take. */
export function toIdentity({ accessKeyId, secretAccessKey, sessionToken }: Credentials) {
  const pair = { accessKeyId, secretAccessKey };
  return sessionToken === undefined ? pair : { ...pair, sessionToken };
}
