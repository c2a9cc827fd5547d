import type { Protocol } from '../errors/aws-fault.js';
import { header, type WireRequest } from '../http/wire-request.js';

const QUERY_SERVICES = new Set(['sts', 'iam', 'sns', 'rds', 'elasticloadbalancing', 'ses']);

/** The protocol in which a client of this service reads errors, from what the request shows. */
export function protocolOf(service: string, request: WireRequest): Protocol {
  if (service === 's3') return 's3';
  if (service === 'ec2') return 'ec2';
  if (header(request, 'smithy-protocol') === 'rpc-v2-cbor') return 'cbor';
  if (/^\/service\/[^/]+\/operation\/[^/]+$/.test(request.path)) return 'cbor';
  if (request.headers.has('x-amz-target')) {
    return header(request, 'content-type') === 'application/x-amz-json-1.1'
      ? 'awsJson1.1'
      : 'awsJson1.0';
  }
  if (service === 'dynamodb') return 'awsJson1.0';
  if (service === 'route53' || service === 'cloudfront') return 'restXml';
  const form = header(request, 'content-type')?.startsWith('application/x-www-form-urlencoded');
  if (QUERY_SERVICES.has(service) || form || /(^|&)Action=/.test(request.query)) return 'query';
  return 'restJson';
}
