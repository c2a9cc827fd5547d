export function nameOperation(q: {
  service: string;
  method: string;
  target: string;
  headers: readonly (readonly [string, string])[];
  body?: Uint8Array | undefined;
}): { operation: string | undefined } {
  const target = q.headers.find(([n]) => n.toLowerCase() === 'x-amz-target')?.[1];
  const action = /(?:^|&)Action=(\w+)/.exec(Buffer.from(q.body ?? []).toString('latin1'))?.[1];
  return { operation: target?.split('.').at(-1) ?? action };
}
