import { environmentFormatNames, formatEnvironment } from '@postern/sigv4-proxy/environment';
import { CliError } from '../cli-error.js';
import { accessOptions, type Command, type OptionTable, upstreamOption } from '../command.js';
import { startProxy } from '../running-proxy.js';

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
  audit: {
    type: 'boolean',
    summary: 'local mode: write audit events to standard error, a JSON line each',
  },
};

/** `postern proxy aws`: the proxy in the foreground, until it is told to stop or its session ends. */
export const proxyAws: Command = {
  name: 'proxy aws',
  group: 'Use AWS',
  summary: 'run a proxy for an open app and print what to set in another terminal',
  options: {
    ...proxyOptions,
    format: {
      type: 'string',
      value: 'FORMAT',
      summary: `${environmentFormatNames.join(', ')}; default: text`,
      choices: environmentFormatNames,
    },
  },
  examples: [
    'postern proxy aws -p 23456',
    'postern proxy aws --app awsconsole-test --endpoint-url -p 23457',
    'postern proxy aws --config ./resources --user alice --app awsconsole-test --aws-role role_for_alice',
  ],
  async run(input) {
    const format = environmentFormatNames.find((name) => name === input.options.format) ?? 'text';
    const proxy = await startProxy(input, true);
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
      const reason = await proxy.ended();
      if (reason !== undefined) throw new CliError(reason);
    } finally {
      await proxy.close();
    }
    return 0;
  },
};
