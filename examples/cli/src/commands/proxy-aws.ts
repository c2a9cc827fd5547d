import { environmentFormatNames, formatEnvironment } from '@postern/sigv4-proxy/environment';
import { CliError } from '../cli-error.js';
import { accessOptions, type Command, type OptionTable, upstreamOption } from '../command.js';
import { startLocalProxy } from '../local-proxy.js';

/** Options of everything that runs a proxy for one identity. */
export const proxyOptions: OptionTable = {
  ...accessOptions,
  ...upstreamOption,
  port: {
    type: 'string',
    short: 'p',
    value: 'PORT',
    summary: 'port on loopback; default: a free one',
  },
  'endpoint-url': {
    type: 'boolean',
    summary: 'be the endpoint (AWS_ENDPOINT_URL) instead of an HTTPS proxy',
  },
  audit: { type: 'boolean', summary: 'write audit events to standard error, a JSON line each' },
};

/** `postern proxy aws`: the proxy in the foreground, until it is told to stop. */
export const proxyAws: Command = {
  name: 'proxy aws',
  summary: 'run the proxy for one identity and print what to set in another terminal',
  options: {
    ...proxyOptions,
    format: {
      type: 'string',
      value: 'FORMAT',
      summary: `${environmentFormatNames.join(', ')}; default: text`,
    },
  },
  examples: [
    'postern proxy aws --config ./resources --user alice --app awsconsole-test --aws-role role_for_alice -p 23456',
    'postern proxy aws … --endpoint-url --format json',
  ],
  async run(input) {
    const wanted = input.options.format ?? 'text';
    const format = environmentFormatNames.find((name) => name === wanted);
    if (format === undefined) {
      throw new CliError(
        `--format "${wanted}" is not known; choose one of: ${environmentFormatNames.join(', ')}`,
      );
    }
    const proxy = await startLocalProxy(input);
    try {
      if (format === 'json') {
        const { url, caBundle, environment } = proxy;
        input.out(
          `${JSON.stringify({ url, caBundle, env: Object.fromEntries(environment.set), unset: environment.unset })}\n`,
        );
      } else {
        if (format === 'text') input.out(`Started AWS proxy on ${proxy.url}.\n`);
        input.out(formatEnvironment(proxy.environment, format));
      }
      await stopped(input.signal);
    } finally {
      await proxy.close();
    }
    return 0;
  },
};

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
