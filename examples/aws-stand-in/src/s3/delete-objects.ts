import { AwsFault } from '../errors/aws-fault.js';
import { type Answer, xmlAnswer } from '../http/answer.js';
import { malformedXml, xmlElements, xmlText } from '../http/read-xml.js';
import { header } from '../http/wire-request.js';
import { toXml, type XmlTree } from '../http/xml.js';
import { checksumNameOf } from './checksums.js';
import { readPayload } from './open-payload.js';
import { allow, ownBucket, type S3Request, s3Arn } from './s3-request.js';

const MAX_XML = 4 * 1024 * 1024;
const MAX_KEYS = 1000;

/** DeleteObjects: each key is judged and answered for itself. */
export async function deleteObjects(request: S3Request): Promise<Answer> {
  const { call, verified } = request;
  const bucket = ownBucket(request);
  const protectedBody =
    header(call.wire, 'content-md5') !== undefined ||
    [...call.wire.headers.keys(), header(call.wire, 'x-amz-trailer')?.toLowerCase() ?? ''].some(
      (name) => checksumNameOf(name) !== undefined,
    );
  if (!protectedBody) {
    const message = 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*';
    throw new AwsFault('InvalidRequest', 400, message);
  }
  const { pieces } = await readPayload(call.wire, verified, MAX_XML);
  const xml = Buffer.concat(pieces).toString();
  const keys = xmlElements(xml, 'Object').map((inner) => {
    if (xmlText(inner, 'VersionId') !== undefined) {
      const message = 'A version was named; the stand-in keeps none.';
      throw new AwsFault('NotImplemented', 501, message);
    }
    const key = xmlText(inner, 'Key');
    if (key === undefined || key === '') throw malformedXml();
    return key;
  });
  if (keys.length === 0 || keys.length > MAX_KEYS) throw malformedXml();
  const quiet = xmlText(xml, 'Quiet') === 'true';
  const outcomes = keys.map((key) => deleteOne({ ...request, key }, bucket.objects));
  const tree: XmlTree = {
    Deleted: quiet ? [] : outcomes.flatMap(({ Deleted }) => Deleted ?? []),
    Error: outcomes.flatMap(({ Error: fault }) => fault ?? []),
  };
  const xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/';
  return xmlAnswer(200, `<DeleteResult xmlns="${xmlns}">${toXml(tree)}</DeleteResult>`);
}

interface Outcome {
  readonly Deleted?: XmlTree;
  readonly Error?: XmlTree;
}

function deleteOne(request: S3Request, objects: Map<string, unknown>): Outcome {
  const { key } = request;
  try {
    allow(request, 'DeleteObject', s3Arn(request));
  } catch (fault) {
    if (!(fault instanceof AwsFault)) throw fault;
    return { Error: { Key: key, Code: fault.code, Message: fault.message } };
  }
  objects.delete(key);
  return { Deleted: { Key: key } };
}
