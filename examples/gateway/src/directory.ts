import {
  type App,
  checkSet,
  formatDiagnostics,
  loadResources,
  loadServiceConfig,
  type Resource,
  type ResourceKind,
  type ServiceApp,
  selectKind,
  type User,
} from '@postern/config';
import { readFiles } from '@postern/config/node';
import { GatewayError } from './gateway-error.js';

/** Where paths start, and whether warnings are errors; default false. */
interface CheckOptions {
  readonly cwd: string;
  readonly strict?: boolean | undefined;
}

/**
 * Reads files, and every YAML and JSON file of folders, with everything that is wrong in them. A service file gives its apps.
 *
 * @throws ConfigError for a file or folder that cannot be read, naming it
 */
export async function checkResources(paths: readonly string[], o: CheckOptions) {
  const { cwd, strict = false } = o;
  const sources = await readFiles(paths, { cwd });
  const services = sources.filter(({ text }) => isServiceFile(text));
  const documents = sources.filter((source) => !services.includes(source));
  const loaded = documents.length > 0 && loadResources(documents, { strict });
  const resources: Resource[] = loaded ? [...loaded.resources] : [];
  const diagnostics = loaded ? [...loaded.diagnostics] : [];
  // Whether things fit together can be said of a whole set only, not of a file of apps alone.
  const isWhole = resources.some(({ kind }) => kind === 'role');
  for (const source of services) {
    const result = loadServiceConfig(source, { strict });
    diagnostics.push(...result.diagnostics);
    resources.push(...(result.config?.app_service?.apps ?? []).map(appOfService));
  }
  if (isWhole && !diagnostics.some(({ severity }) => severity === 'error')) {
    diagnostics.push(...checkSet(resources));
  }
  return { resources, diagnostics, sources };
}

/**
 * Loads a folder for use: {@link checkResources}, and every error ends it.
 *
 * @throws GatewayError `invalid-resources` with all diagnostics as text
 */
export async function loadDirectory(path: string, options: CheckOptions): Promise<Directory> {
  const { resources, diagnostics, sources } = await checkResources([path], options);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return createDirectory(resources);
  throw new GatewayError(
    'invalid-resources',
    `the resources in ${path} have errors; mend them first:\n${formatDiagnostics(errors, sources)}`,
  );
}

/** The resource documents of a folder, by kind and name. */
export type Directory = ReturnType<typeof createDirectory>;

/** Indexes resources that have been loaded and checked. */
export function createDirectory(resources: readonly Resource[]) {
  const named = <K extends ResourceKind>(kind: K) => index(selectKind(resources, kind));
  const served = selectKind(resources, 'app_server').map(({ spec }) => spec.app);
  const apps = index<App>([
    ...selectKind(resources, 'app'),
    ...served.map((app) => ({ ...app, kind: 'app' as const })),
  ]);
  const users = named('user');
  return {
    roles: named('role'),
    users,
    apps,
    tokens: named('token'),
    integrations: named('integration'),
    connectors: named('oidc'),
    locks: selectKind(resources, 'lock'),
    /** @throws GatewayError `unknown-user`, with the names there are */
    user: (name: string): User => find(users, name, 'user'),
    /** @throws GatewayError `unknown-app`, with the names there are */
    app: (name: string): App => find(apps, name, 'app'),
  };
}

const index = <T extends { readonly metadata: { readonly name: string } }>(
  list: readonly T[],
): ReadonlyMap<string, T> => new Map(list.map((one) => [one.metadata.name, one]));

function find<T>(map: ReadonlyMap<string, T>, name: string, what: 'user' | 'app'): T {
  const found = map.get(name);
  if (found) return found;
  const names = [...map.keys()].sort().join(', ');
  const known = names === '' ? `the resources define no ${what}` : `there are: ${names}`;
  throw new GatewayError(`unknown-${what}`, `there is no ${what} "${name}"; ${known}`);
}

/** An app of a service file has its labels beside its name; as a resource they are metadata. */
const appOfService = ({ name, labels, ...spec }: ServiceApp): App => ({
  kind: 'app',
  version: 'v3',
  metadata: { name, labels },
  spec,
});

/** A service file has sections where a resource has a kind. */
const isServiceFile = (text: string) =>
  /^(teleport|app_service|auth_service|proxy_service|ssh_service):/m.test(text) &&
  !/^kind:/m.test(text);
