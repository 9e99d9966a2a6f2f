import { STATIC_SCOPES } from './asked.ts';
import { ASSERTION_ALGORITHMS, AUTH_METHODS } from './provider.ts';

/** Where the OAuth endpoints of an address are: for the capability statement too. */
export const endpoints = (origin: string) => ({
  authorize: `${origin}/oauth2/authorize`,
  token: `${origin}/oauth2/token`,
  revoke: `${origin}/oauth2/revoke`,
  introspect: `${origin}/oauth2/introspect`,
  jwks: `${origin}/oauth2/jwks`,
});

/** `/.well-known/smart-configuration` (SMART App Launch 2.2). */
export function smartConfiguration(origin: string): object {
  const at = endpoints(origin);
  return {
    issuer: origin,
    jwks_uri: at.jwks,
    authorization_endpoint: at.authorize,
    token_endpoint: at.token,
    revocation_endpoint: at.revoke,
    introspection_endpoint: at.introspect,
    token_endpoint_auth_methods_supported: AUTH_METHODS.filter((method) => method !== 'none'),
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: [...STATIC_SCOPES, 'patient/*.cruds', 'user/*.cruds', 'system/*.cruds'],
    capabilities: [
      'launch-ehr',
      'launch-standalone',
      'client-public',
      'client-confidential-symmetric',
      'client-confidential-asymmetric',
      'sso-openid-connect',
      'context-banner',
      'context-ehr-patient',
      'context-ehr-encounter',
      'context-standalone-patient',
      'permission-offline',
      'permission-online',
      'permission-patient',
      'permission-user',
      'permission-v1',
      'permission-v2',
    ],
  };
}
