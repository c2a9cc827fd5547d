import { authenticateBuffered } from '../authenticate.js';
import type { Call } from '../call.js';
import { AwsFault } from '../errors/aws-fault.js';
import type { Answer } from '../http/answer.js';
import { authorize } from '../iam/authorize.js';
import { getMetricStatistics } from './get-metric-statistics.js';
import { readInput } from './input.js';
import { listMetrics } from './list-metrics.js';
import { putMetricData } from './put-metric-data.js';
import { readCloudWatchCall } from './read-input.js';
import { writeCloudWatchOutput } from './write-output.js';

/** Serves one CloudWatch call in any of its protocols: signature, permission, then the metrics of account and region. */
export async function serveCloudWatch(call: Call): Promise<Answer> {
  const { protocol, state, target, draft, now } = call;
  const { verified, body } = await authenticateBuffered(call);
  const { caller } = verified;
  const { operation, input } = readCloudWatchCall(call, body);
  draft.action = `cloudwatch:${/^[A-Za-z]{1,64}$/.test(operation) ? operation : 'Unknown'}`;
  authorize(caller, protocol, draft.action, '*');
  const space = `${caller.partition}/${caller.accountId}/${target.region ?? ''}`;
  const members = readInput(input, protocol);
  const run = () => {
    switch (operation) {
      case 'PutMetricData':
        putMetricData(state.metrics, space, members, { protocol, now });
        return {};
      case 'ListMetrics':
        return listMetrics(state.metrics, space, members, protocol);
      case 'GetMetricStatistics':
        return getMetricStatistics(state.metrics, space, members, protocol);
      default: {
        const code = protocol === 'query' ? 'InvalidAction' : 'UnknownOperationException';
        const message = `The stand-in does not play ${draft.action}.`;
        throw new AwsFault(code, 400, message);
      }
    }
  };
  return writeCloudWatchOutput(call, operation, run());
}
