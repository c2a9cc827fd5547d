// dynalite has no types of its own; whoever compiles this file from outside the package needs these, too.
/// <reference path="./dynalite.d.ts" />
import { IncomingMessage, type Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import dynalite from 'dynalite';
import { AwsFault } from '../errors/aws-fault.js';

/** One call as dynalite gets it: already verified, reduced to what it reads. */
export interface DynamoDbRequest {
  readonly accountId: string;
  readonly region: string;
  readonly target: string;
  readonly contentType: string;
  readonly body: Buffer;
}

/** What dynalite answered. */
export interface DynamoDbResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One table space for each account and region, made when first used. */
export interface DynamoDbMounts {
  /** @throws {AwsFault} SerializationException for a body that dynalite cannot read */
  send(request: DynamoDbRequest): Promise<DynamoDbResponse>;
}

// Dynalite looks for these parts before it looks at the operation, and checks none of them.
const PLACEHOLDER = 'AWS4-HMAC-SHA256 Credential=verified, SignedHeaders=host, Signature=verified';

/** Mounts dynalite in memory, without a socket of its own. */
export function createDynamoDbMounts(): DynamoDbMounts {
  const servers = new Map<string, Server>();
  return {
    send(request) {
      const name = `${request.accountId}/${request.region}`;
      const server =
        servers.get(name) ?? dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
      servers.set(name, server);
      return exchange(server, request);
    },
  };
}

function exchange(server: Server, request: DynamoDbRequest): Promise<DynamoDbResponse> {
  const incoming = new IncomingMessage(new Socket());
  incoming.method = 'POST';
  incoming.url = '/';
  incoming.headers = {
    authorization: PLACEHOLDER,
    'x-amz-date': '20000101T000000Z',
    'x-amz-target': request.target,
    'content-type': request.contentType,
  };
  const outgoing = new ServerResponse(incoming);
  return new Promise((resolve, reject) => {
    outgoing.end = (chunk?: unknown) => {
      const body = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk ?? ''));
      const headers = Object.entries(outgoing.getHeaders()).map(
        ([key, value]) => [key, String(value)] as const,
      );
      resolve({ status: outgoing.statusCode, headers: Object.fromEntries(headers), body });
      return outgoing;
    };
    try {
      server.emit('request', incoming, outgoing);
      // Emitted here and now, not through the stream: dynalite throws on members it does not expect to be null, and only
      // so can that be caught instead of ending the process.
      if (request.body.length > 0) incoming.emit('data', request.body);
      incoming.emit('end');
    } catch (cause) {
      reject(
        new AwsFault('SerializationException', 400, 'The request has a member of a wrong type.', {
          cause,
        }),
      );
    }
  });
}
