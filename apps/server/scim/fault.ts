import { Problem } from '@mach/base/problem.ts';

export const SCHEMA = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
  provider: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
  type: 'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
  schema: 'urn:ietf:params:scim:schemas:core:2.0:Schema',
} as const;

export type ScimType =
  | 'invalidFilter'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue';

/** A refusal as RFC 7644 §3.12 tells it. */
export class ScimFault extends Error {
  readonly status: number;
  readonly scimType: ScimType | undefined;
  constructor(status: number, detail: string, scimType?: ScimType) {
    super(detail);
    this.name = 'ScimFault';
    this.status = status;
    this.scimType = scimType;
  }
}

/** The body of any refusal; a Problem of the house is told in English, with its remedy. */
export function faultBody(error: ScimFault | Problem): object {
  const detail =
    error instanceof Problem
      ? error.issues.map((i) => [i.text.en, i.remedy?.en].filter(Boolean).join('. ')).join('; ')
      : error.message;
  const scimType = error instanceof ScimFault ? error.scimType : typeOf(error);
  return { schemas: [SCHEMA.error], status: String(error.status), ...(scimType ? { scimType } : {}), detail };
}

function typeOf(problem: Problem): ScimType | undefined {
  const [issue] = problem.issues;
  if (issue?.code === 'login-taken') return 'uniqueness';
  return problem.status === 422 || problem.status === 400 ? 'invalidValue' : undefined;
}
