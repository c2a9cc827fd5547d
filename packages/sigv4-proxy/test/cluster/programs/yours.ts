// What the recipe of the README leaves to its reader, with AWS on loopback. The environment says where.
import { connect } from 'node:net';
import type { SigV4ProxyOptions } from '../../../src/index.js';

const { UPSTREAM_PORT = '', ROLE_KEYS = '' } = process.env;
let calls = 0;
let requests = 0;
/** One role, so one entry: the credentials of this process. */
let cached: Promise<{ accessKeyId: string; secretAccessKey: string }> | undefined;

/** How often this process has asked for credentials of the role. */
export const stsCalls = (): number => calls;

export const yours: Pick<SigV4ProxyOptions, 'authorize' | 'credentials' | 'connect' | 'requestId'> =
  {
    authorize: async () => ({ decision: 'allow' }),
    async credentials() {
      cached ??= Promise.resolve().then(() => {
        calls += 1;
        return JSON.parse(ROLE_KEYS);
      });
      return cached;
    },
    connect: () => connect(Number(UPSTREAM_PORT), '127.0.0.1'),
    requestId() {
      requests += 1;
      return `${process.pid}-${requests}`;
    },
  };
