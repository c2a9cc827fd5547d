/** A complete reply of one service; the dispatcher writes it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** One buffer, or the pieces of a stored object, sent one by one without joining them. */
  readonly body?: Buffer | readonly Buffer[] | undefined;
}

/** A reply without a body. */
export function emptyAnswer(status: number, headers: Answer['headers'] = {}): Answer {
  return { status, headers };
}

/** An XML document as a reply. */
export function xmlAnswer(status: number, body: string, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml', ...headers },
    body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`),
  };
}
