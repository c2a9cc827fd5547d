import type { AwsCredentialIdentity } from '@smithy/types';
import { LRUCache } from 'lru-cache';
import type { AuthorizedRole } from '../options.js';
import { createSigningCache } from '../sigv4/signing-cache.js';
import type { VendedSession } from '../vended/vended-sessions.js';
import type { KeyEvents } from './client-keys.js';

/** Roles that one client key uses in turn; more are taken for roles that it has left. */
const MAX_ROLES = 32;

/** Signing keys that are worth remembering, and the rule that they go when the key behind them goes. */
export class KeyCaches implements KeyEvents {
  /** Of clients, for verifying. */
  readonly client = createSigningCache();
  /** Of role sessions, for signing. */
  readonly upstream = createSigningCache();
  /** Client key → role → the upstream key it got last: they are forgotten together. */
  readonly #pairs = new LRUCache<string, Map<string, string>>({ max: 1_000 });
  /** Upstream key → when it ends. */
  readonly #ends = new LRUCache<string, number>({ max: 4_000 });
  #nextEnd = Number.POSITIVE_INFINITY;

  readonly #counters: { credentialsCacheHits: number } | undefined;

  /** @param counters where credentials that stay the same are counted */
  constructor(counters?: { credentialsCacheHits: number }) {
    this.#counters = counters;
  }

  /**
   * Notes which credentials a client key gets for a role; those that it got for it before are over, and so are all that have ended
   * by now.
   *
   * @param now milliseconds since 1970
   */
  pair(
    clientId: string,
    { roleArn, sessionName }: AuthorizedRole,
    { accessKeyId, expiration }: AwsCredentialIdentity,
    now: number,
  ): void {
    if (now >= this.#nextEnd) this.#dropEnded(now);
    const role = sessionName === undefined ? roleArn : `${roleArn} ${sessionName}`;
    const roles = this.#pairs.get(clientId) ?? new Map<string, string>();
    const before = roles.get(role);
    if (before === accessKeyId) {
      if (this.#counters !== undefined) this.#counters.credentialsCacheHits += 1;
      return;
    }
    if (before !== undefined) this.#forgetUpstream(before);
    else this.#makeRoom(roles);
    roles.set(role, accessKeyId);
    this.#pairs.set(clientId, roles);
    const end = expiration?.getTime();
    if (end === undefined || end <= now) return;
    this.#ends.set(accessKeyId, end);
    this.#nextEnd = Math.min(this.#nextEnd, end);
  }

  onRevoked(accessKeyId: string): void {
    this.client.forget(accessKeyId);
    for (const upstreamId of this.#pairs.get(accessKeyId)?.values() ?? []) {
      this.#forgetUpstream(upstreamId);
    }
    this.#pairs.delete(accessKeyId);
  }

  onDropped({ client, real }: VendedSession): void {
    this.client.forget(client.accessKeyId);
    this.upstream.forget(real.accessKeyId);
  }

  /** Wipes everything. */
  clear(): void {
    this.client.clear();
    this.upstream.clear();
    this.#pairs.clear();
    this.#ends.clear();
  }

  #makeRoom(roles: Map<string, string>): void {
    if (roles.size < MAX_ROLES) return;
    for (const [role, upstreamId] of roles) {
      this.#forgetUpstream(upstreamId);
      roles.delete(role);
      return;
    }
  }

  #forgetUpstream(accessKeyId: string): void {
    this.upstream.forget(accessKeyId);
    this.#ends.delete(accessKeyId);
  }

  #dropEnded(now: number): void {
    this.#nextEnd = Number.POSITIVE_INFINITY;
    for (const [accessKeyId, end] of [...this.#ends]) {
      if (end <= now) this.#forgetUpstream(accessKeyId);
      else this.#nextEnd = Math.min(this.#nextEnd, end);
    }
  }
}
