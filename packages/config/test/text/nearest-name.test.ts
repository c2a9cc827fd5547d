import { describe, expect, it } from 'vitest';
import { nearestName } from '../../src/text/nearest-name.js';

const NAMES = ['', 'AWS', 'roles', 'rules', 'aws_role_arns', 'team', 'teams'];

describe('nearestName', () => {
  it.each([
    ['aws', 'AWS'],
    ['aws_role_arn', 'aws_role_arns'],
    ['aws_roel_arns', 'aws_role_arns'],
    ['AWS_Role_Arns', 'aws_role_arns'],
    ['rloes', 'roles'],
    ['tem', 'team'],
    ['x', undefined],
    ['', undefined],
    ['completely_different', undefined],
    ['r'.repeat(100), undefined],
  ])('takes %j for %j', (text, name) => {
    expect(nearestName(text, NAMES)).toBe(name);
  });
});
