import { refuse } from '@mach/base/problem.ts';
import type { Queryable } from '@mach/store';
import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Engine } from '../engine.ts';
import { tellAccount } from './notices.ts';

export type { AuthenticationResponseJSON, RegistrationResponseJSON };

/** The site as the browser sees it: a passkey is bound to its host name. */
export interface Site {
  /** `https://mach.example.vn` */
  origin: string;
  host: string;
}

interface StoredKey {
  id: string;
  account: string;
  credential: string;
  public_key: Buffer;
  counter: string;
  transports: AuthenticatorTransport[];
  rp: string;
}

/** Begins the making of a passkey. @throws Problem 422 where the site has no name (an IP address has no passkeys) */
export async function passkeyOffer(
  on: Queryable,
  site: Site,
  facility: string,
  person: { id: string; login: string; name: string },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  if (/^[\d.]+$|:/.test(site.host))
    throw refuse(
      422,
      'passkey-needs-name',
      {
        vi: 'Passkey cần địa chỉ có tên miền, không dùng được với địa chỉ IP',
        en: 'A passkey needs a host name; an IP address will not do',
      },
      { remedy: { vi: 'Mở bằng tên miền của cơ sở', en: 'Open the site by its name' } },
    );
  const { rows } = await on.query<{ credential: string }>({
    name: 'passkey_known',
    text: `select credential from system.factor where account = $1 and kind = 'passkey' and rp = $2`,
    values: [person.id, site.host],
  });
  return generateRegistrationOptions({
    rpName: facility,
    rpID: site.host,
    userID: new Uint8Array(Buffer.from(person.id.replaceAll('-', ''), 'hex')),
    userName: person.login,
    userDisplayName: person.name,
    attestationType: 'none',
    excludeCredentials: rows.map((row) => ({ id: row.credential })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

/** Keeps a new passkey. @throws Problem 422 when the answer does not fit the challenge */
export async function keepPasskey(
  engine: Engine,
  on: Queryable,
  site: Site,
  given: { account: string; challenge: string; label: string; response: RegistrationResponseJSON },
): Promise<void> {
  const result = await verifyRegistrationResponse({
    response: given.response,
    expectedChallenge: given.challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.host,
    requireUserVerification: true,
  }).catch((): { verified: false } => ({ verified: false }));
  if (!result.verified) throw refused(422);
  const { credential } = result.registrationInfo;
  const now = engine.clock.now();
  await on.query({
    name: 'passkey_keep',
    text: `insert into system.factor (id, account, kind, label, credential, public_key, counter, transports, rp, created_at, confirmed_at)
           values ($1, $2, 'passkey', $3, $4, $5, $6, $7, $8, $9, $9)`,
    values: [
      engine.ids(),
      given.account,
      given.label,
      credential.id,
      Buffer.from(credential.publicKey),
      credential.counter,
      credential.transports ?? [],
      site.host,
      now,
    ],
  });
  await tellAccount(on, given.account, 'factor-added', now);
}

/** Asks for a passkey: one of an account's, or any that knows this site (the person is then told by the key). */
export async function passkeyQuestion(
  on: Queryable,
  site: Site,
  account: string | null,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { rows } =
    account === null
      ? { rows: [] }
      : await on.query<StoredKey & Record<string, unknown>>({
          name: 'passkey_of',
          text: `select credential, transports from system.factor where account = $1 and kind = 'passkey' and rp = $2`,
          values: [account, site.host],
        });
  return generateAuthenticationOptions({
    rpID: site.host,
    userVerification: 'required',
    allowCredentials: rows.map((row) => ({ id: row.credential, transports: row.transports })),
  });
}

/** Checks a passkey's answer. @returns the account it belongs to. @throws Problem 401 */
export async function checkPasskey(
  engine: Engine,
  on: Queryable,
  site: Site,
  given: { account: string | null; challenge: string; response: AuthenticationResponseJSON },
): Promise<string> {
  const { rows } = await on.query<StoredKey & Record<string, unknown>>({
    name: 'passkey_find',
    text: `select id, account, credential, public_key, counter, transports, rp from system.factor
           where credential = $1 and kind = 'passkey' and confirmed_at is not null`,
    values: [given.response.id],
  });
  const key = rows[0];
  // The host that asks must be the one the key was made for, whatever the request says of itself.
  if (!key || key.rp !== site.host || (given.account !== null && key.account !== given.account)) throw refused(401);
  const result = await verifyAuthenticationResponse({
    response: given.response,
    expectedChallenge: given.challenge,
    expectedOrigin: site.origin,
    expectedRPID: key.rp,
    requireUserVerification: true,
    credential: {
      id: key.credential,
      publicKey: new Uint8Array(key.public_key),
      counter: Number(key.counter),
      transports: key.transports,
    },
  }).catch((): undefined => undefined);
  if (!result?.verified) throw refused(401);
  await on.query({
    name: 'passkey_used',
    text: 'update system.factor set counter = $2, used_at = $3 where id = $1',
    values: [key.id, result.authenticationInfo.newCounter, engine.clock.now()],
  });
  return key.account;
}

function refused(status: number) {
  return refuse(
    status,
    'passkey-refused',
    { vi: 'Passkey không khớp', en: 'The passkey does not fit' },
    { remedy: { vi: 'Thử lại, hoặc dùng cách khác', en: 'Try again, or use another way' } },
  );
}
