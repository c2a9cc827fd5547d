import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type AwsStandIn,
  type AwsStandInOptions,
  createAwsStandIn,
  type RequestRecord,
} from '@postern/aws-stand-in';
import { createGateway, createUpstream, type Gateway, loadDirectory } from '@postern/gateway';
import type { AuditEvent } from '@postern/sigv4-proxy';
import { createLocalCa } from '@postern/sigv4-proxy/local-ca';
import { createLocalProxy, type LocalProxy, writeCaBundle } from '@postern/sigv4-proxy/node';
import { afterAll, expect, vi } from 'vitest';
import { accounts, GATEWAY_USER, REGION, sessionArn } from './accounts.js';

/** How a tool reaches the proxy. */
export type Mode = 'connect' | 'endpoint-url';
export const MODES: readonly Mode[] = ['connect', 'endpoint-url'];

/** What one login did, on both sides of the proxy. */
export interface Trace {
  /** The proxy's audit events of requests, oldest first. */
  readonly events: readonly AuditEvent[];
  /** What AWS saw of them, found by the request ids of AWS in the audit events. */
  readonly calls: readonly RequestRecord[];
}

/** Somebody who is logged in at the gateway, with the key pair for his tools. */
export interface Login {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The role session that AWS must see. */
  readonly principal: string;
  trace(): Trace;
  /** Repeats a check until it holds: the last event is written when its answer has already arrived. */
  shows(check: (trace: Trace) => void): Promise<void>;
  /** Every request was allowed, and ran in the right session, region and mode. */
  showsOnly(mode: Mode, actions: readonly string[]): Promise<void>;
}

/** AWS, the gateway and its listeners, all on loopback. */
export interface World {
  readonly aws: AwsStandIn;
  readonly gateway: Gateway;
  readonly listeners: LocalProxy;
  /** PEM of the local authority, and the bundle for tools that take a file. */
  readonly ca: string;
  readonly caBundle: string;
  /** A folder that goes away with the world. */
  readonly folder: string;
  /** Everything that was audited so far. */
  readonly audit: readonly AuditEvent[];
  login(user: string, role: string, more?: { app?: string; expiresAt?: Date }): Login;
}

/** What a test may want otherwise. */
export interface WorldOptions {
  readonly clock?: () => Date;
  readonly standIn?: Partial<AwsStandInOptions>;
  /** Told of every audit event as it is written. */
  readonly onAudit?: (event: AuditEvent, world: World) => void;
}

// A tool takes most of a second to start, and on a busy machine a multiple of it.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 });

const resources = fileURLToPath(new URL('../../../gateway/resources', import.meta.url));

/** Builds the world of a test file from the gateway's own composition; it ends with the file. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const clock = options.clock ?? (() => new Date());
  const directory = await loadDirectory(resources, { cwd: resources });
  const aws = await createAwsStandIn({ accounts, clock, ...options.standIn });
  await aws.listen();
  const audit: AuditEvent[] = [];
  const { accessKeyId, secretAccessKey } = aws.credentialsFor(GATEWAY_USER);
  const gateway = createGateway({
    directory,
    clock,
    credentials: { accessKeyId, secretAccessKey },
    credentialSource: 'iam-user',
    region: REGION,
    upstream: createUpstream(aws.url),
    onAudit: (record) => {
      if (!isAuditEvent(record)) return;
      audit.push(record);
      options.onAudit?.(record, world);
    },
  });
  const ca = await createLocalCa({ clock });
  const folder = mkdtempSync(join(tmpdir(), 'postern-interop-'));
  const bundle = writeCaBundle(ca, { directory: folder });
  const listeners = await createLocalProxy({ proxy: gateway.proxy, ca });
  const secrets: string[] = [secretAccessKey];
  const world: World = {
    aws,
    gateway,
    listeners,
    ca: ca.trustedCertificates(),
    caBundle: bundle.path,
    folder,
    audit,
    login(user, role, { app = 'awsconsole-test', expiresAt } = {}) {
      const opened = gateway.login({ user, app, role });
      const session = expiresAt ? { ...opened.session, expiresAt } : opened.session;
      const keys = expiresAt ? gateway.sessions.open(session) : opened;
      secrets.push(keys.secretAccessKey);
      return toLogin(keys, sessionArn(role, user), { aws, audit });
    },
  };
  afterAll(async () => {
    await listeners.close({ graceMs: 1000 });
    await gateway.close();
    await aws.close();
    bundle.remove();
    rmSync(folder, { recursive: true, force: true });
    const issued = aws.issuedCredentials();
    for (const one of issued) secrets.push(one.secretAccessKey, one.sessionToken);
    const written = JSON.stringify(audit);
    expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
    expect(written).not.toMatch(/Signature=[0-9a-f]{64}/);
  });
  return world;
}

function toLogin(
  { accessKeyId, secretAccessKey }: Pick<Login, 'accessKeyId' | 'secretAccessKey'>,
  principal: string,
  { aws, audit }: Pick<World, 'aws' | 'audit'>,
): Login {
  const trace = (): Trace => {
    const mine = audit.filter(
      ({ sessionId, claimedKeyId }) => (sessionId ?? claimedKeyId) === accessKeyId,
    );
    const events = mine.filter(({ type }) => type.startsWith('aws.request'));
    const ids = new Set(events.flatMap(({ awsRequestId }) => awsRequestId ?? []));
    return { events, calls: aws.requests.filter(({ requestId }) => ids.has(requestId)) };
  };
  const shows: Login['shows'] = (check) =>
    vi.waitFor(() => check(trace()), { timeout: 10_000, interval: 10 });
  return {
    accessKeyId,
    secretAccessKey,
    principal,
    trace,
    shows,
    showsOnly: (mode, actions) =>
      shows(({ events, calls }) => {
        expect(sorted(calls.map(({ action = '' }) => action))).toEqual(sorted(actions));
        expect(events).toHaveLength(actions.length);
        for (const call of calls) {
          expect(call).toMatchObject({ principal, region: REGION, outcome: 'ok' });
        }
        for (const event of events) {
          expect(event).toMatchObject({ mode, outcome: 'allowed', aws: { region: REGION } });
        }
      }),
  };
}

// Tools send parts and ranges side by side, in any order.
const sorted = (names: readonly string[]) => [...names].sort();

function isAuditEvent(record: object): record is AuditEvent {
  return 'bytesIn' in record && 'outcome' in record;
}
