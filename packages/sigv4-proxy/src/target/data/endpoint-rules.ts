/** Where several services share a signing name: the one that takes requests of no known route. Absent: such requests are ambiguous. */
export const defaultServices: ReadonlyMap<string, string> = new Map([
  ['apigateway', 'apigateway'],
  ['appconfig', 'appconfig'],
  ['bedrock', 'bedrock'],
  ['cassandra', 'keyspaces'],
  ['cloudhsm', 'cloudhsmv2'],
  ['cloudsearch', 'cloudsearch'],
  ['connect', 'connect'],
  ['connect-campaigns', 'connectcampaignsv2'],
  ['dynamodb', 'dynamodb'],
  ['elasticloadbalancing', 'elbv2'],
  ['forecast', 'forecast'],
  ['greengrass', 'greengrassv2'],
  ['ivs', 'ivs'],
  ['kinesisanalytics', 'kinesisanalyticsv2'],
  ['lex', 'lexv2-models'],
  ['mgh', 'mgh'],
  ['personalize', 'personalize'],
  ['rds', 'rds'],
  ['s3', 's3'],
  ['sagemaker', 'sagemaker'],
  ['sdb', 'sdb'],
  ['servicecatalog', 'servicecatalog'],
  ['ses', 'ses'],
  ['signer', 'signer'],
  ['sms-voice', 'pinpoint-sms-voice-v2'],
  ['timestream', 'timestream-write'],
  ['wisdom', 'qconnect'],
]);

/** Calls to the host of one customer's own resource: their signing name, and the services whose routes are such calls. */
export const dataServices: ReadonlySet<string> = new Set([
  'apigatewaymanagementapi',
  'cloudfront-keyvaluestore',
  'cloudsearchdomain',
  'geo-maps',
  'geo-routes',
  'kinesis-video-archived-media',
  'kinesis-video-media',
  'kinesis-video-signaling',
  'kinesis-video-webrtc-storage',
  'mediastore-data',
]);

/** Signing names whose requests always go to a customer's own host, which no scope tells. */
export const unresolvableNames: ReadonlySet<string> = new Set([
  'neptune-db',
  'vpc-lattice-svcs',
  'iotdevicegateway',
  'cloudfront-keyvaluestore',
  'geo-maps',
  'geo-routes',
]);

/**
 * Paths that lead to a service although its models do not hold the operation yet, by signing name. The first that is a prefix of
 * the path wins; `?` stands for one segment. No service: the host is a customer's own.
 */
export const pathRules: readonly (readonly [name: string, path: string, service?: string])[] = [
  ['sagemaker', '/endpoints/', 'sagemaker-runtime'],
  ['sagemaker', '/FeatureGroup/', 'sagemaker-featurestore-runtime'],
  ['sagemaker', '/BatchGetRecord', 'sagemaker-featurestore-runtime'],
  ['sagemaker', '/BatchPutMetrics', 'sagemaker-metrics'],
  ['sagemaker', '/BatchGetMetrics', 'sagemaker-metrics'],
  ['sagemaker', '/human-loops', 'sagemaker-a2i-runtime'],
  ['sagemaker', '/GetDeployments', 'sagemaker-edge'],
  ['sagemaker', '/GetDeviceRegistration', 'sagemaker-edge'],
  ['sagemaker', '/SendHeartbeat', 'sagemaker-edge'],
  ['bedrock', '/model/', 'bedrock-runtime'],
  ['bedrock', '/async-invoke', 'bedrock-runtime'],
  ['bedrock', '/guardrail/?/version/?/apply', 'bedrock-runtime'],
  ['bedrock', '/knowledgebases/?/retrieve', 'bedrock-agent-runtime'],
  ['bedrock', '/retrieveAndGenerate', 'bedrock-agent-runtime'],
  ['bedrock', '/agents/?/agentAliases/?/sessions/', 'bedrock-agent-runtime'],
  ['bedrock', '/sessions/', 'bedrock-agent-runtime'],
  ['bedrock', '/agents/', 'bedrock-agent'],
  ['bedrock', '/flows/', 'bedrock-agent'],
  ['bedrock', '/prompts/', 'bedrock-agent'],
  ['bedrock', '/knowledgebases/', 'bedrock-agent'],
  ['execute-api', '/participant/', 'connectparticipant'],
  ['execute-api', '/'],
  ['lex', '/bots/?/botAliases/?/botLocales/?/sessions', 'lexv2-runtime'],
  ['lex', '/bots', 'lexv2-models'],
  ['lex', '/bot/?/alias/', 'lex-runtime'],
  ['aws-marketplace', '/catalogs/?/products', 'marketplace-deployment'],
  ['aws-marketplace', '/getBuyerDashboard', 'marketplace-reporting'],
  ['aws-marketplace', '/2026-02-05/', 'marketplace-discovery'],
  ['appconfig', '/configurationsessions', 'appconfigdata'],
  ['appconfig', '/configuration', 'appconfigdata'],
  ['servicecatalog', '/applications', 'servicecatalog-appregistry'],
  ['servicecatalog', '/attribute-groups', 'servicecatalog-appregistry'],
  ['connect', '/realtime-contact-analysis', 'connect-contact-lens'],
  ['es', '/2021-01-01/', 'opensearch'],
  ['es', '/2015-01-01/', 'es'],
  ['es', '/'],
  ['aoss', '/'],
  ['cloudsearch', '/2013-01-01/'],
  ['appsync', '/graphql'],
  ['appsync', '/event'],
  ['neptune-graph', '/queries'],
  ['neptune-graph', '/summary'],
  ['transcribe', '/stream-transcription'],
  ['transcribe', '/medical-stream-transcription'],
  ['transcribe', '/call-analytics-stream-transcription'],
];

/** Operations that choose between the two hosts of Timestream, which share their target prefix. */
export const timestreamQuery =
  /^(?:Query|CancelQuery|PrepareQuery|\w*ScheduledQuer\w*|\w*AccountSettings)$/;
