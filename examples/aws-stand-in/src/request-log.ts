/** One request and its outcome. Free of secrets: no query, no body, no signature, no token. */
export interface RequestRecord {
  readonly time: string;
  readonly requestId: string;
  readonly method: string;
  readonly host: string;
  /** Raw path. */
  readonly path: string;
  readonly service?: string | undefined;
  readonly region?: string | undefined;
  /** `service:Action`, known once the service has read the request. */
  readonly action?: string | undefined;
  /** Who: ARN, set only after the signature was verified. */
  readonly principal?: string | undefined;
  readonly accessKeyId?: string | undefined;
  /** How the payload was protected: a hash, `UNSIGNED-PAYLOAD` or one of the streaming modes. */
  readonly payload?: 'hash' | 'unsigned' | 'streaming' | undefined;
  readonly status: number;
  readonly outcome: 'ok' | 'refused' | 'aborted';
  /** AWS error code. */
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
}

/** What a request has shown so far; filled in while it is served. */
export type RecordDraft = { -readonly [K in keyof RequestRecord]?: RequestRecord[K] };

/** A bounded list, oldest entries leave first. */
export interface RequestLog {
  readonly entries: readonly RequestRecord[];
  /** Returns a function that marks the entry as aborted, for clients that leave while they are answered. */
  add(record: RequestRecord): () => void;
  clear(): void;
}

/** @param limit entries kept */
export function createRequestLog(limit: number): RequestLog {
  const entries: RequestRecord[] = [];
  return {
    entries,
    add(record) {
      const entry = Object.freeze(record);
      entries.push(entry);
      if (entries.length > limit) entries.splice(0, entries.length - limit);
      return () => {
        const at = entries.lastIndexOf(entry);
        if (at >= 0) entries[at] = Object.freeze({ ...entry, outcome: 'aborted' });
      };
    },
    clear() {
      entries.length = 0;
    },
  };
}
