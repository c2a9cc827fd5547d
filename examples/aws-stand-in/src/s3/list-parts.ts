import { AwsFault } from '../errors/aws-fault.js';
import { type Answer, xmlAnswer } from '../http/answer.js';
import { toXml, type XmlTree } from '../http/xml.js';
import { findUpload } from './multipart.js';
import { allow, parameter, type S3Request } from './s3-request.js';
import { readMaxKeys } from './walk-keys.js';

/** ListParts: what was uploaded so far, in the order of the numbers. */
export function listParts(request: S3Request): Answer {
  allow(request, 'ListMultipartUploadParts');
  const upload = findUpload(request);
  const after = Number(parameter(request, 'part-number-marker') ?? '0');
  if (!Number.isInteger(after) || after < 0) {
    const message = 'Provided part-number-marker not an integer or within integer range';
    throw new AwsFault('InvalidArgument', 400, message);
  }
  const limit = readMaxKeys(request, 'max-parts');
  const rest = [...upload.parts].filter(([number]) => number > after).sort(([a], [b]) => a - b);
  const page = rest.slice(0, limit);
  const owner = request.verified.caller.accountId;
  const tree: XmlTree = {
    Bucket: request.bucketName,
    Key: request.key,
    UploadId: upload.id,
    Initiator: { ID: request.verified.caller.arn },
    Owner: { ID: owner },
    StorageClass: 'STANDARD',
    PartNumberMarker: after,
    NextPartNumberMarker: page.at(-1)?.[0],
    MaxParts: limit,
    IsTruncated: rest.length > page.length,
    ChecksumAlgorithm: upload.checksum?.name.toUpperCase(),
    ChecksumType: upload.checksum?.type,
    Part: page.map(([number, part]) => ({
      PartNumber: number,
      LastModified: part.lastModified.toISOString(),
      ETag: `"${part.md5}"`,
      Size: part.size,
      ...(part.checksum
        ? { [`Checksum${part.checksum.name.toUpperCase()}`]: part.checksum.value }
        : {}),
    })),
  };
  const xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/';
  return xmlAnswer(200, `<ListPartsResult xmlns="${xmlns}">${toXml(tree)}</ListPartsResult>`);
}
