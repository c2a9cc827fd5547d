// node worker.mjs <task> <contender> <case> <milliseconds>: prints microseconds of CPU an operation.
import { verifySignature } from '@postern/sigv4-proxy/sigv4';
import { cases, NOW, UPSTREAM } from './cases.mjs';
import { queryText, sign, signedInput, tasks } from './contenders.mjs';

const [task, contender, caseName, milliseconds] = process.argv.slice(2);
const c = cases[caseName];
const operation = await tasks[task][contender](c);

await checkSignature(await operation());

const batch = caseName === 'put-1MiB' ? 20 : 500;
await spin(Number(milliseconds) / 3);
console.log(await spin(Number(milliseconds)));

/** Runs batches for at least so long; gives microseconds of CPU an operation, which neighbours on the machine change less. */
async function spin(duration) {
  const end = performance.now() + duration;
  const before = process.cpuUsage();
  let count = 0;
  while (performance.now() < end) {
    for (let i = 0; i < batch; i += 1) {
      const result = operation();
      if (result instanceof Promise) await result;
    }
    count += batch;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

/** A contender that signs something else, or wrongly, is not timed. */
async function checkSignature(authorization) {
  const { record, raw } = await signedInput(c);
  const credentials = task === 'sign' ? c.credentials : UPSTREAM;
  const headers = Object.entries({ ...record, authorization }).filter(
    ([name]) => name !== 'x-amz-security-token',
  );
  if (credentials.sessionToken) headers.push(['x-amz-security-token', credentials.sessionToken]);
  verifySignature({ ...raw, headers }, { credentials, now: NOW, secure: true });
  if (task !== 'sign' || contender === 'aws4') return;
  // Our verifier must not vouch for our signer: smithy's signature has to be the same text.
  const theirs = await sign['@smithy/signature-v4'](c)();
  if (authorization !== theirs) throw new Error(`differs from smithy on ${queryText(c)}`);
}
