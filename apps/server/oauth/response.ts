import type { Engine } from '@mach/engine';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { findApp } from './apps.ts';
import { consentOf } from './grants.ts';
import { fhirUser, personAt } from './tokens.ts';

/** Adds the launch context of SMART to the answers that tell about a token: who, which patient, which visit. */
export function tokenContext(engine: Engine, origin: string) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    const route = ctx.oidc?.route;
    if (ctx.status !== 200 || (route !== 'token' && route !== 'introspection')) return;
    const { AccessToken, RefreshToken } = ctx.oidc.entities;
    const token = AccessToken ?? RefreshToken;
    const body = ctx.body as Record<string, unknown>;
    if (!token?.grantId || !token.clientId || (route === 'introspection' && body.active !== true)) return;
    const app = await findApp(engine.database.system, token.clientId);
    const given = app && (await consentOf(engine, app.tenant, token.grantId));
    if (!given) {
      if (route === 'introspection') ctx.body = { active: false };
      return;
    }
    const { patient, encounter, account } = given;
    ctx.body = {
      ...body,
      ...(patient === null ? {} : { patient, need_patient_banner: true }),
      ...(encounter === null ? {} : { encounter }),
    };
    if (route === 'token') return;
    const person = await personAt(engine, account, app.tenant);
    if (!person || given.signedOut) ctx.body = { active: false };
    else Object.assign(ctx.body as object, { username: person.login, fhirUser: fhirUser(origin, person) });
  };
}
