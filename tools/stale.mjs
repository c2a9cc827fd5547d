// Which builds are older than what they are made of.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';

/** Newest modification time at or below a path, in milliseconds; 0 when there is none. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  let latest = 0;
  for (const name of readdirSync(path)) latest = Math.max(latest, newest(`${path}/${name}`));
  return latest;
}

/** Every file that an export map promises. */
function promisedFiles(target) {
  if (typeof target === 'string') return [target];
  return Object.values(target ?? {}).flatMap(promisedFiles);
}

/**
 * Packages and examples that have to be built before they can be used.
 *
 * @param {string} root with a slash at its end
 * @param {{ declarations?: boolean }} [options] `declarations`: a build without its declarations is no build; default false
 * @returns {string[]} folders below the root, such as `packages/config`
 */
export function staleFolders(root, { declarations = false } = {}) {
  const recipe = newest(`${root}tools/tsup-config.ts`);
  return ['packages', 'examples'].flatMap((group) =>
    (existsSync(`${root}${group}`) ? readdirSync(`${root}${group}`) : [])
      .map((name) => `${group}/${name}`)
      .filter((folder) => existsSync(`${root}${folder}/tsup.config.ts`))
      .filter((folder) => {
        const built = newest(`${root}${folder}/dist`);
        const parts = ['src', 'package.json', 'tsup.config.ts'];
        if (recipe > built || parts.some((part) => newest(`${root}${folder}/${part}`) > built)) {
          return true;
        }
        // A build that broke off half-way is newer than its sources, and still not one.
        const { exports = {} } = JSON.parse(readFileSync(`${root}${folder}/package.json`, 'utf8'));
        return promisedFiles(exports)
          .filter((file) => file.startsWith('./dist/'))
          .filter((file) => declarations || !/\.d\.c?ts$/.test(file))
          .some((file) => !existsSync(`${root}${folder}/${file}`));
      }),
  );
}
