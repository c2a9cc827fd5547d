import {
  type App,
  checkSet,
  type Diagnostic,
  formatDiagnostics,
  type Integration,
  type LoadResult,
  type Lock,
  loadResources,
  loadServiceConfig,
  type OidcConnector,
  type Resource,
  type Role,
  type ServiceApp,
  type SourceText,
  type Token,
  type User,
} from '@postern/config';
import { readFiles } from '@postern/config/node';
import { GatewayError } from './gateway-error.js';

/** The resource documents of a folder, by kind and name. */
export interface Directory {
  readonly roles: ReadonlyMap<string, Role>;
  readonly users: ReadonlyMap<string, User>;
  readonly apps: ReadonlyMap<string, App>;
  readonly tokens: ReadonlyMap<string, Token>;
  readonly integrations: ReadonlyMap<string, Integration>;
  readonly connectors: ReadonlyMap<string, OidcConnector>;
  readonly locks: readonly Lock[];
  /** @throws GatewayError `unknown-user`, with the names there are */
  user(name: string): User;
  /** @throws GatewayError `unknown-app`, with the names there are */
  app(name: string): App;
}

/** Where paths start, and how strict to be. */
export interface CheckOptions {
  readonly cwd: string;
  /** Warnings are errors. Default false. */
  readonly strict?: boolean | undefined;
}

const NOTHING: Pick<LoadResult, 'resources' | 'diagnostics'> = { resources: [], diagnostics: [] };

/** What a folder holds, with everything that is wrong in it. */
export interface CheckedResources {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: readonly SourceText[];
}

/**
 * Reads files, and every YAML and JSON file of folders. A service file among them gives its apps.
 *
 * @throws ConfigError for a file or folder that cannot be read, naming it
 */
export async function checkResources(
  paths: readonly string[],
  { cwd, strict = false }: CheckOptions,
): Promise<CheckedResources> {
  const sources = await readFiles(paths, { cwd });
  const services = sources.filter(({ text }) => isServiceFile(text));
  const documents = sources.filter((source) => !services.includes(source));
  const loaded = documents.length > 0 ? loadResources(documents, { strict }) : NOTHING;
  const resources = [...loaded.resources];
  const diagnostics = [...loaded.diagnostics];
  for (const source of services) {
    const result = loadServiceConfig(source, { strict });
    diagnostics.push(...result.diagnostics);
    for (const app of result.config?.app_service?.apps ?? []) resources.push(appOfService(app));
  }
  // Whether things fit together can be said of a whole set only, not of a file of apps alone.
  const whole = loaded.resources.some(({ kind }) => kind === 'role');
  if (whole && !diagnostics.some(({ severity }) => severity === 'error')) {
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
  if (errors.length > 0) {
    throw new GatewayError(
      'invalid-resources',
      `the resources in ${path} have errors; mend them first:\n${formatDiagnostics(errors, sources)}`,
    );
  }
  return createDirectory(resources);
}

/** Indexes resources that have been loaded and checked. */
export function createDirectory(resources: readonly Resource[]): Directory {
  const roles = new Map<string, Role>();
  const users = new Map<string, User>();
  const apps = new Map<string, App>();
  const tokens = new Map<string, Token>();
  const integrations = new Map<string, Integration>();
  const connectors = new Map<string, OidcConnector>();
  const locks: Lock[] = [];
  for (const resource of resources) {
    const { name } = resource.metadata;
    if (resource.kind === 'role') roles.set(name, resource);
    else if (resource.kind === 'user') users.set(name, resource);
    else if (resource.kind === 'app') apps.set(name, resource);
    else if (resource.kind === 'app_server') {
      const { app } = resource.spec;
      apps.set(app.metadata.name, { ...app, kind: 'app' });
    } else if (resource.kind === 'token') tokens.set(name, resource);
    else if (resource.kind === 'integration') integrations.set(name, resource);
    else if (resource.kind === 'oidc') connectors.set(name, resource);
    else if (resource.kind === 'lock') locks.push(resource);
  }
  return {
    roles,
    users,
    apps,
    tokens,
    integrations,
    connectors,
    locks,
    user: (name) => find(users, name, 'unknown-user', 'user'),
    app: (name) => find(apps, name, 'unknown-app', 'app'),
  };
}

function find<T>(
  map: ReadonlyMap<string, T>,
  name: string,
  code: 'unknown-user' | 'unknown-app',
  what: string,
): T {
  const found = map.get(name);
  if (found) return found;
  const names = [...map.keys()].sort().join(', ');
  throw new GatewayError(
    code,
    `there is no ${what} "${name}"; ${names === '' ? `the resources define no ${what}` : `there are: ${names}`}`,
  );
}

/** An app of a service file has its labels beside its name; as a resource they are metadata. */
function appOfService({ name, labels, ...spec }: ServiceApp): App {
  return { kind: 'app', version: 'v3', metadata: { name, labels }, spec };
}

/** A service file has sections where a resource has a kind. */
function isServiceFile(text: string): boolean {
  return (
    /^(teleport|app_service|auth_service|proxy_service|ssh_service):/m.test(text) &&
    !/^kind:/m.test(text)
  );
}
