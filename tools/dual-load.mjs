/** The exported error class of a module, if it has one. */
function errorClassOf(api) {
  return Object.values(api).find(
    (value) => typeof value === 'function' && value.prototype instanceof Error,
  );
}

/**
 * An application may hold the ESM copy of a package while a library of it holds the CJS copy. An error of either must be an
 * instance of the class of the other, and of no other package's class.
 *
 * @param {readonly { specifier: string, esm: object, cjs: object, sample: (api: any) => Error }[]} loaded the copies of each subpath,
 *   and how to make an error of its package
 * @returns {string[]} what does not hold
 */
export function dualLoadFaults(loaded) {
  const faults = [];
  const packageOf = (specifier) => specifier.split('/').slice(0, 2).join('/');
  const holders = loaded.filter(({ esm, cjs }) => errorClassOf(esm) && errorClassOf(cjs));
  for (const name of new Set(loaded.map(({ specifier }) => packageOf(specifier)))) {
    if (!holders.some(({ specifier }) => specifier === name)) {
      faults.push(`${name} exports no error class`);
    }
  }
  const copies = holders.flatMap(({ specifier, esm, cjs, sample }) => [
    { specifier, format: 'ESM', errorClass: errorClassOf(esm), error: sample(esm) },
    { specifier, format: 'CJS', errorClass: errorClassOf(cjs), error: sample(cjs) },
  ]);
  for (const { specifier, esm, cjs } of holders) {
    if (errorClassOf(esm) === errorClassOf(cjs)) {
      faults.push(`${specifier} has one class for both formats; there is nothing to compare`);
    }
  }
  for (const { specifier, format, errorClass } of copies) {
    const where = `the ${format} ${errorClass.name} of ${specifier}`;
    if (new Error('plain') instanceof errorClass)
      faults.push(`${where} takes any error for its own`);
    for (const other of copies) {
      const sameName = packageOf(other.specifier) === packageOf(specifier);
      if (other.error instanceof errorClass === sameName) continue;
      const verb = sameName ? 'does not recognise' : 'recognises';
      faults.push(`${where} ${verb} an error of the ${other.format} copy of ${other.specifier}`);
    }
  }
  return faults;
}
