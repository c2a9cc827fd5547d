/** The DNS suffixes under which AWS APIs live, over all partitions, IPv4 and dual-stack, and the one of function URLs. */
export const AWS_SUFFIXES: readonly string[] = [
  'amazonaws.com',
  'api.aws',
  'on.aws',
  'amazonaws.com.cn',
  'api.amazonwebservices.com.cn',
  'amazonaws.eu',
  'api.amazonwebservices.eu',
  'c2s.ic.gov',
  'api.aws.ic.gov',
  'sc2s.sgov.gov',
  'api.aws.scloud',
  'cloud.adc-e.uk',
  'api.cloud-aws.adc-e.uk',
  'csp.hci.ic.gov',
  'api.aws.hci.ic.gov',
];
