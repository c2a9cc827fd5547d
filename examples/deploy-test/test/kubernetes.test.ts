import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { checkManifests } from './support/check-manifest.js';
import type { Manifest } from './support/manifest.js';
import {
  deploy,
  freePorts,
  gatewayProgram,
  PASSWORD,
  start,
  startAws,
  temporaryFolder,
  writeUsers,
} from './support/world.js';

function read(name: string): readonly Manifest[] {
  const documents = parseAllDocuments(readFileSync(join(deploy, 'kubernetes', name), 'utf8'));
  if (!Array.isArray(documents)) throw new Error(`${name} is empty`);
  return documents.map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
}

const manifests = [...read('namespace.yaml'), ...read('gateway.yaml')];
const all = (kind: string) => manifests.filter((one) => one.kind === kind);
const one = (kind: string): Manifest => {
  const [first, ...more] = all(kind);
  if (!first || more.length > 0) throw new Error(`there must be one ${kind}`);
  return first;
};
const deployment = one('Deployment');
const pod = deployment.spec.template.spec;
const [container] = pod.containers;
const labels = deployment.spec.template.metadata.labels;

describe('the manifests', () => {
  it('fit the API of Kubernetes', () => {
    expect(checkManifests(manifests)).toEqual([]);
  }, 60_000);

  const spoil = (
    kind: string,
    change: (copy: ReturnType<typeof structuredClone<Manifest>>) => object,
  ) =>
    checkManifests([Object.assign(structuredClone(one(kind)), change(structuredClone(one(kind))))]);
  it.each([
    [
      'a field that does not exist',
      'Deployment',
      { spec: { ...deployment.spec, replica: 1 } },
      /"replica"' does not exist/,
    ],
    [
      'one deep inside',
      'Deployment',
      {
        spec: {
          ...deployment.spec,
          template: {
            ...deployment.spec.template,
            spec: { ...pod, containers: [{ ...container, readynessProbe: {} }] },
          },
        },
      },
      /"readynessProbe"' does not exist/,
    ],
    [
      'a text for a number',
      'Deployment',
      { spec: { ...deployment.spec, replicas: '1' } },
      /'string' is not assignable to type 'number'/,
    ],
    ['a field that is missing', 'Deployment', { spec: { replicas: 1 } }, /selector, template/],
    [
      'another version',
      'PodDisruptionBudget',
      { apiVersion: 'policy/v1alpha7' },
      /policy\/v1alpha7/,
    ],
  ])(
    'do not when they are spoiled: %s',
    (_what, kind, change, message) => {
      expect(spoil(kind, () => change).join('\n')).toMatch(message);
    },
    60_000,
  );

  it('live in the namespace whose pods are restricted', () => {
    const namespace = one('Namespace');
    expect(namespace.metadata.labels).toEqual({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
    for (const manifest of read('gateway.yaml')) {
      expect(manifest.metadata.namespace).toBe(namespace.metadata.name);
    }
  });

  it('ask for a restricted pod with a read-only file system', () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.resources.limits.memory).toBeDefined();
    for (const mount of container.volumeMounts) expect(mount.readOnly).toBe(true);
    for (const forbidden of ['hostNetwork', 'hostPID', 'hostIPC'])
      expect(pod[forbidden]).toBeUndefined();
  });

  it('belong together: labels, ports, volumes, account', () => {
    for (const kind of ['Service', 'PodDisruptionBudget', 'NetworkPolicy']) {
      for (const { spec } of all(kind)) {
        const selector = spec.selector ?? spec.podSelector;
        expect(selector.matchLabels ?? selector).toEqual(labels);
      }
    }
    expect(deployment.spec.selector.matchLabels).toEqual(labels);
    const ports = container.ports.map((port: { name: string }) => port.name);
    for (const { spec } of all('Service')) {
      for (const { targetPort } of spec.ports) expect(ports).toContain(targetPort);
    }
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
      expect(ports).toContain(container[probe].httpGet.port);
    }
    for (const { ports: opened } of one('NetworkPolicy').spec.ingress) {
      for (const { port } of opened) expect(ports).toContain(port);
    }
    const volumes = new Map(pod.volumes.map((volume: { name: string }) => [volume.name, volume]));
    for (const { name } of container.volumeMounts) expect(volumes.has(name)).toBe(true);
    expect(volumes.get('resources')).toMatchObject({
      configMap: { name: one('ConfigMap').metadata.name },
    });
    const account = one('ServiceAccount').metadata;
    expect(pod.serviceAccountName).toBe(account.name);
    expect(account.annotations?.['eks.amazonaws.com/role-arn']).toMatch(
      /^arn:aws:iam::\d{12}:role\//,
    );
    // The gateway's own way out must be over before the pod is.
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(5 + 5);
    const [rule] = one('Ingress').spec.rules;
    const { name } = rule.http.paths[0].backend.service;
    expect(all('Service').map(({ metadata }) => metadata.name)).toContain(name);
  });

  it('hold no secret', () => {
    expect(all('Secret')).toEqual([]);
    expect(JSON.stringify(manifests)).not.toMatch(/\$scrypt\$|AKIA|BEGIN [A-Z ]*PRIVATE KEY/);
  });
});

describe('the container of the Deployment, run for real', () => {
  const folder = temporaryFolder();
  let world: Awaited<ReturnType<typeof startAws>>;
  beforeAll(async () => {
    world = await startAws();
  });
  afterAll(() => world.aws.close());

  it('finds the documents as a ConfigMap is mounted, and answers its probes', async () => {
    // Kubernetes writes them into a folder that changes at once, behind links.
    const mounted = join(folder, 'resources');
    const version = join(mounted, '..2026_01_01_00_00_00.1');
    mkdirSync(version, { recursive: true });
    symlinkSync('..2026_01_01_00_00_00.1', join(mounted, '..data'));
    for (const [name, text] of Object.entries(one('ConfigMap').data ?? {})) {
      writeFileSync(join(version, name), text);
      symlinkSync(`..data/${name}`, join(mounted, name));
    }
    const users = await writeUsers(folder);
    const ports = await freePorts(3);
    const args = container.args.map((word: string) =>
      word
        .replace('/etc/postern/resources', mounted)
        .replace('/etc/postern/secrets/users.json', users),
    );
    const names = ['--port', '--proxy-port', '--endpoint-port'];
    const listeners = names.map((name, index) => `${name}=${ports[index]}`);
    const gateway = start(
      [
        process.execPath,
        gatewayProgram,
        '--json',
        `--upstream=${world.aws.url}`,
        ...listeners,
        ...args,
      ],
      { cwd: folder, env: world.env },
    );
    expect(JSON.parse(await gateway.firstLine)).toMatchObject({
      proxy: 'http://aws.postern.example.com:8081',
      endpoint: 'https://aws.postern.example.com:8082',
    });
    const address = `http://127.0.0.1:${ports[0]}`;
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
      expect((await fetch(`${address}${container[probe].httpGet.path}`)).status).toBe(200);
    }
    const post = (path: string, body: object, token?: string) =>
      fetch(`${address}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify(body),
        // biome-ignore lint/suspicious/noExplicitAny: single fields are looked at; a wrong one fails the assertion
      }).then((response) => response.json() as Promise<any>);
    const { token } = await post('/api/v1/login', { user: 'alice', password: PASSWORD });
    const session = await post('/api/v1/apps/awsconsole-test/sessions', {}, token);
    expect(session.roleArn).toBe('arn:aws:iam::123456789012:role/ExampleReadOnlyAccess');
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended).toBe(0);
  }, 60_000);
});
