// node worker.mjs <task> <contender> <case> <milliseconds>: prints microseconds of CPU an operation.
import { verifySignature } from '@postern/sigv4-proxy/verify';
import { cases, NOW, UPSTREAM } from './cases.mjs';
import { queryText, sign, signedInput, tasks } from './contenders.mjs';

const [task, contender, caseName, milliseconds] = process.argv.slice(2);
const c = cases[caseName];
const operation = await tasks[task][contender](c);

await checkSignature(await operation());

const batch = caseName === 'put-1MiB' ? 20 : 500;
// Until the compiler has settled; counted, because on a busy machine time alone says little.
for (let i = 0; i < 40; i += 1) await runBatch(caseName === 'put-1MiB' ? 2 : batch);
console.log(await timed(Number(milliseconds)));

async function runBatch(size) {
  for (let i = 0; i < size; i += 1) {
    const result = operation();
    if (result instanceof Promise) await result;
  }
}

/** Microseconds of CPU an operation, over so many milliseconds of CPU, which neighbours on the machine change less. */
async function timed(milliseconds) {
  const before = process.cpuUsage();
  for (let count = batch; ; count += batch) {
    await runBatch(batch);
    const { user, system } = process.cpuUsage(before);
    if (user + system >= milliseconds * 1000) return (user + system) / count;
  }
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
