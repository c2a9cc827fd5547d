import { describe, expect, it } from 'vitest';
import { SigV4ProxyError, type SigV4ProxyErrorCode } from '../../src/errors.js';
import { askListener as ask } from '../support/ask-listener.js';

const W = 'us-west-2.amazonaws.com';

describe('resolveTarget in mode endpoint-url', () => {
  it.each([
    ['sts/aws-global', 'sts.amazonaws.com us-east-1'],
    ['sts/aws-cn-global', 'sts.cn-northwest-1.amazonaws.com.cn cn-northwest-1'],
    ['s3/aws-global', 's3.amazonaws.com us-east-1'],
    ['iam/us-iso-west-1', 'iam.us-iso-east-1.c2s.ic.gov us-iso-east-1'],
    ['route53/cn-north-1', 'route53.amazonaws.com.cn cn-northwest-1'],
    ['tax/eu-west-1', 'tax.us-east-1.amazonaws.com us-east-1'],
    ['bcm-data-exports/eu-west-1', 'bcm-data-exports.us-east-1.api.aws us-east-1'],
    ['networkmanager/eu-west-1', 'networkmanager.us-west-2.amazonaws.com us-west-2'],
    ['health/eu-west-1', 'health.eu-west-1.amazonaws.com us-east-1'],
    ['chime/eu-west-1', 'chime.us-east-1.amazonaws.com us-east-1', 'GET /accounts'],
    ['artifact/us-gov-east-1', 'artifact.us-gov-west-1.amazonaws.com us-gov-west-1'],
    ['dsql/eu-west-1', 'dsql.eu-west-1.api.aws eu-west-1'],
    ['sdb/us-east-1', 'sdb.amazonaws.com us-east-1'],
    ['sdb/us-west-2', 'sdb.us-west-2.amazonaws.com us-west-2'],
    ['artifact/aws-global', 'artifact.us-east-1.amazonaws.com us-east-1'],
    ['partnercentral-channel/eu-west-1', 'partnercentral-channel.global.api.aws us-east-1'],
    ['sustainability/eu-west-1', 'api.sustainability.eu-west-1.api.aws us-east-1'],
  ])('signs %s for the home of the service', (scope, expected, request = 'POST /') => {
    const target = ask(scope, request);
    expect(`${target.host} ${target.signingRegion}`).toBe(expected);
  });

  it('signs the one service that has another name upstream under that name', () => {
    expect(ask('importexport/eu-west-1')).toMatchObject({
      host: 'importexport.amazonaws.com',
      signingName: 'IngestionService',
      signingRegion: 'us-east-1',
    });
  });

  it.each([
    ['dynamodb', 'DynamoDBStreams_20120810.ListStreams', 'streams.dynamodb'],
    ['dynamodb', 'DynamoDBStreams_20991231.ListStreams', 'streams.dynamodb'],
    ['ses', 'MailManagerSvc.ListRelays', 'mail-manager'],
    ['logs', 'Logs_20140328.StartLiveTail', 'stream-logs'],
    ['states', 'AWSStepFunctions.StartSyncExecution', 'sync-states'],
    ['servicediscovery', 'Route53AutoNaming_v20170314.DiscoverInstances', 'data-servicediscovery'],
    ['timestream', 'Timestream_20181101.Query', 'query.timestream'],
    ['timestream', 'Timestream_20181101.ListScheduledQueries', 'query.timestream'],
    ['timestream', 'Timestream_20181101.DescribeAccountSettings', 'query.timestream'],
    ['timestream', 'Timestream_20181101.DescribeEndpoints', 'ingest.timestream'],
    ['cloudhsm', 'BaldrApiService.DescribeClusters', 'cloudhsmv2'],
    ['mgh', 'AWSMigrationHubMultiAccountService.GetHomeRegion', 'migrationhub-config'],
    ['forecast', 'AmazonForecastRuntime.QueryForecast', 'forecastquery'],
    [
      'payment-cryptography',
      'PaymentCryptographyControlPlane.ListKeys',
      'controlplane.payment-cryptography',
    ],
    ['sms-voice', 'PinpointSMSVoiceV2.DescribePools', 'sms-voice'],
    [
      'bedrock',
      'AmazonBedrockKeystoneRuntimeService.InvokeDataAutomationAsync',
      'bedrock-data-automation-runtime',
    ],
  ])('tells services that sign as %s apart by target %s', (service, target, prefix) => {
    expect(ask(`${service}/us-west-2`, 'POST /', { target }).host).toBe(`${prefix}.${W}`);
  });

  it.each([
    ['sagemaker', 'POST /BatchGetRecord', 'featurestore-runtime.sagemaker'],
    ['sagemaker', 'PUT /BatchPutMetrics', 'metrics.sagemaker'],
    ['sagemaker', 'GET /human-loops', 'a2i-runtime.sagemaker'],
    ['sagemaker', 'POST /GetDeployments', 'edge.sagemaker'],
    ['bedrock', 'POST /guardrail/g/version/1/apply', 'bedrock-runtime'],
    ['bedrock', 'POST /model/m/an-operation-of-tomorrow', 'bedrock-runtime'],
    ['bedrock', 'POST /knowledgebases/K/retrieve', 'bedrock-agent-runtime'],
    ['bedrock', 'POST /agents/A/agentAliases/B/sessions/C/text', 'bedrock-agent-runtime'],
    ['bedrock', 'PUT /agents/', 'bedrock-agent'],
    ['bedrock', 'GET /agents/A/agentaliases/B/', 'bedrock-agent'],
    ['bedrock-agentcore', 'POST /runtimes/r/invocations', 'bedrock-agentcore'],
    ['bedrock-agentcore', 'PUT /runtimes/', 'bedrock-agentcore-control'],
    ['execute-api', 'POST /participant/connection', 'participant.connect'],
    ['lex', 'GET /bots/B/botAliases/A/botLocales/en_US/sessions/s', 'runtime-v2-lex'],
    ['lex', 'PUT /bots/', 'models-v2-lex'],
    ['appconfig', 'GET /configuration?configuration_token=x', 'appconfigdata'],
    ['appconfig', 'POST /configurationsessions', 'appconfigdata'],
    ['appconfig', 'GET /applications', 'appconfig'],
    ['servicecatalog', 'GET /applications', 'servicecatalog-appregistry'],
    ['ivs', 'POST /ListStages', 'ivsrealtime'],
    ['connect', 'POST /realtime-contact-analysis/analysis-segments', 'contact-lens'],
    ['personalize', 'POST /recommendations', 'personalize-runtime'],
    ['personalize', 'POST /events', 'personalize-events'],
    ['payment-cryptography', 'POST /keys/k/encrypt', 'dataplane.payment-cryptography'],
    ['chime', 'POST /meetings', 'meetings-chime'],
    ['sms-voice', 'GET /v1/sms-voice/configuration-sets', 'sms-voice.pinpoint'],
    ['airflow', 'GET /environments', 'api.airflow'],
    ['airflow', 'POST /clitoken/e', 'env.airflow'],
    ['iotsitewise', 'GET /portals', 'monitor.iotsitewise'],
    ['geo', 'POST /maps/v0/maps', 'cp.maps.geo'],
    ['omics', 'GET /run', 'workflows-omics'],
    ['omics', 'GET /tags/arn', 'tags-omics'],
    ['es', 'GET /2021-01-01/opensearch/domain', 'es'],
    [
      'aws-marketplace',
      'PUT /catalogs/c/products/p/deployment-parameters',
      'deployment-marketplace',
    ],
    ['cloudsearch', 'POST /', 'cloudsearch'],
    ['IoTSecuredTunneling', 'POST /', 'api.tunneling.iot'],
  ])('tells services that sign as %s apart by route %s', (service, request, prefix) => {
    expect(ask(`${service}/us-west-2`, request).host).toBe(`${prefix}.${W}`);
  });

  it.each([
    ['execute-api', 'POST /@connections/abc%3D'],
    ['es', 'GET /_search'],
    ['aoss', 'GET /index/_search'],
    ['cloudsearch', 'GET /2013-01-01/search?q=x'],
    ['lambda', 'POST /my-function-url-path'],
    ['kinesisvideo', 'POST /getMedia'],
    ['mediastore', 'GET /a/b'],
    ['neptune-db', 'POST /'],
    ['neptune-graph', 'POST /queries'],
    ['appsync', 'POST /graphql'],
    ['vpc-lattice-svcs', 'GET /'],
    ['iotdevicegateway', 'GET /mqtt'],
    ['transcribe', 'POST /stream-transcription'],
    ['aws-marketplace', 'GET /unknown'],
    ['bedrock-agentcore', 'GET /unknown/route'],
    ['geo-maps', 'GET /tiles'],
    ['s3', 'GET /v20180820/accesspoint'],
    ['s3-outposts', 'GET /k'],
    ['s3-object-lambda', 'GET /k'],
    ['s3express', 'GET /b--usw2-az1--x-s3/k'],
  ])('says that it cannot tell the host: %s %s', (service, request) => {
    expect(() => ask(`${service}/us-west-2`, request)).toThrowWithCode(
      SigV4ProxyError,
      'ambiguous-endpoint',
    );
  });

  it.each([
    ['logs', 'stream-', 'stream-logs'],
    ['geo', 'cp.maps.', 'cp.maps.geo'],
    ['iotsitewise', 'api.', 'api.iotsitewise'],
    ['omics', 'control-storage-', 'control-storage-omics'],
    ['bedrock', 'bedrock-agent.', 'bedrock-agent'],
    ['sagemaker', 'runtime.sagemaker.', 'runtime.sagemaker'],
    ['execute-api', 'abc123.execute-api.', 'abc123.execute-api'],
    ['kinesisvideo', 's-1a2b.kinesisvideo.', 's-1a2b.kinesisvideo'],
    ['timestream', 'query-cell2.timestream.', 'query-cell2.timestream'],
    ['sts', 'sts.', 'sts'],
  ])('takes the endpoint of %s from the name %s in front', (service, front, prefix) => {
    expect(ask(`${service}/us-west-2`, 'POST /unknown', { front }).host).toBe(`${prefix}.${W}`);
  });

  it('does not double a prefix that is there already', () => {
    const target = 'Logs_20140328.StartLiveTail';
    expect(ask('logs/us-west-2', 'POST /', { front: 'stream-', target }).host).toBe(
      `stream-logs.${W}`,
    );
  });

  it.each([
    [
      's3/us-west-2',
      { useFipsEndpoint: true, useDualstackEndpoint: true },
      's3-fips.dualstack.us-west-2.amazonaws.com',
    ],
    [
      'dynamodb/us-west-2',
      { useFipsEndpoint: true, useDualstackEndpoint: true },
      'dynamodb-fips.us-west-2.api.aws',
    ],
    ['eks/us-west-2', { useFipsEndpoint: true }, 'fips.eks.us-west-2.amazonaws.com'],
    ['appconfig/us-gov-west-1', { useFipsEndpoint: true }, 'appconfig.us-gov-west-1.amazonaws.com'],
    ['lexv/us-west-2', { useFipsEndpoint: true }, 'lexv-fips.us-west-2.amazonaws.com'],
    ['mediatailor/us-west-2', { useDualstackEndpoint: true }, 'mediatailor.us-west-2.api.aws'],
  ])('picks FIPS and dual-stack hosts by configuration: %s %j', (scope, options, host) => {
    expect(ask(scope, 'POST /', {}, options).host).toBe(host);
  });

  it('sends a service to the host that is configured for it, if that is one of AWS for it', () => {
    const request = 'POST /prod/pets';
    const options = { overrides: { 'execute-api': `abc.execute-api.${W}` } };
    expect(ask('execute-api/us-west-2', request, {}, options).host).toBe(`abc.execute-api.${W}`);
    const evil = { overrides: { 'execute-api': 'evil.example' } };
    expect(() => ask('execute-api/us-west-2', request, {}, evil)).toThrowWithCode(
      SigV4ProxyError,
      'not-aws-host',
    );
    expect(() => ask('execute-api/eu-west-1', request, {}, options)).toThrowWithCode(
      SigV4ProxyError,
      'region-mismatch',
    );
    expect(ask('constructor/us-west-2', 'POST /', {}, options).host).toBe(`constructor.${W}`);
  });

  it.each<[SigV4ProxyErrorCode, string, string?]>([
    ['bad-region', 'sts/mars-north-1'],
    ['bad-region', 'sts/us-east-1.evil.example'],
    ['bad-region', 'sts/US-EAST-1'],
    ['bad-region', 'dynamodb/aws-global'],
    ['bad-region', 'dsql/aws-global'],
    ['bad-scope', 'evil.example.com/us-east-1'],
    ['bad-scope', `${'a'.repeat(64)}/us-east-1`],
    ['bad-scope', '-sts/us-east-1'],
    ['not-api-host', 'compute/us-west-2'],
    ['not-api-host', 's3-website/us-west-2'],
    ['bad-host', 'sts/us-east-1', 'evil.example'],
    ['bad-host', 'sts/us-east-1', 'localhost'],
    ['bad-host', 'sts/us-east-1', 'localhost:8125'],
    ['bad-host', 'sts/us-east-1', 'evil-localhost:8124'],
    ['bad-host', 's3/us-east-1', 'stream-localhost:8124'],
    ['bad-host', 'sts/us-east-1', 'localhost.evil.example:8124'],
    ['bad-host', 'sts/us-east-1', 'evillocalhost:8124'],
    ['bad-host', 'sts/us-east-1', '127.0.0.2:8124'],
    ['bad-host', 'sts/us-east-1', 'x.127.0.0.1:8124'],
    ['bad-host', 'sts/us-east-1', '[::2]:8124'],
    ['bad-host', 'sts/us-east-1', ''],
    ['bad-host', 's3/us-east-1', 'b..localhost:8124'],
    ['ambiguous-endpoint', 'sts/us-east-1', 'unknown.localhost:8124'],
  ])('refuses with %s: %s', (code, scope, host = 'localhost:8124') => {
    expect(() => ask(scope, 'POST /', { host })).toThrowWithCode(SigV4ProxyError, code);
  });

  it.each(['127.0.0.1:8124', '[::1]:8124', '[0:0:0:0:0:0:0:1]:8124', 'LOCALHOST:8124'])(
    'answers to %s',
    (host) => {
      expect(ask('sts/us-east-1', 'POST /', { host }).host).toBe('sts.us-east-1.amazonaws.com');
    },
  );
});
