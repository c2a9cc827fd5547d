import { request as httpRequest } from 'node:http';

/** A request with everything as written: path, header list, body pieces. */
export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Buffer | string | readonly Buffer[];
}

export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly text: string;
}

/** Sends one request to the loopback port; Host comes from the headers. */
export function send(port: number, raw: RawRequest): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const { body } = raw;
    const whole = typeof body === 'string' || Buffer.isBuffer(body);
    const headers = Object.entries(raw.headers).map(
      ([name, value]) => [name, typeof value === 'string' ? value : [...value]] as const,
    );
    if (whole && !('transfer-encoding' in raw.headers)) {
      headers.push(['content-length', String(Buffer.byteLength(body))]);
    }
    const outgoing = httpRequest({
      host: '127.0.0.1',
      port,
      method: raw.method ?? 'GET',
      path: raw.path,
      headers: Object.fromEntries(headers),
      agent: false,
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(parts);
        const status = response.statusCode ?? 0;
        resolve({ status, headers: response.headers, body, text: body.toString() });
      });
    });
    if (whole) outgoing.write(body);
    else for (const piece of body ?? []) outgoing.write(piece);
    outgoing.end();
  });
}

/** Status and AWS error code of an XML answer. */
export const outcome = ({ status, text }: Pick<RawResponse, 'status' | 'text'>) => [
  status,
  /<Code>([^<]+)<\/Code>/.exec(text)?.[1],
];
