import { refuse } from '@mach/base/problem.ts';
import type { Engine } from '@mach/engine';
import { clientSecretOf, type IdentityProvider } from '@mach/engine/identity/federation.ts';
import type { Configuration } from 'openid-client';
import { isLoopback } from '../options.ts';
import { fetchOut, providerRules } from './outgoing.ts';

/** What a provider published is asked for again after this, ms: its keys are rotated. */
const AGE = 3_600_000;
/** Longest wait for a provider, s. */
const PATIENCE = 10;
/** Longest answer of a provider (metadata, keys, tokens), bytes. */
const MOST = 512 * 1024;

/** What a sign-in at a provider keeps in mind until it comes back. */
export interface Journey {
  provider: string;
  verifier: string;
  nonce: string;
  state: string;
  /** The account that is to be linked; null: somebody signs in. */
  link: string | null;
}

/** Whom a provider has shown, by its own word. */
export interface Shown {
  subject: string;
  claims: Readonly<Record<string, unknown>>;
  /** Whether it says that one of the facility's second factors was shown. */
  passed: boolean;
}

/**
 * The asking side of OpenID Connect (authorization code with PKCE, state and nonce), by a certified library that is
 * loaded when the first person comes that way.
 */
export class RelyingParty {
  private readonly known = new Map<string, { config: Promise<Configuration>; until: number }>();
  private readonly engine: Engine;
  constructor(engine: Engine) {
    this.engine = engine;
  }

  private configuration(provider: IdentityProvider): Promise<Configuration> {
    const key = JSON.stringify([provider.id, provider.issuer, provider.clientId]);
    const now = performance.now();
    const kept = this.known.get(key);
    if (kept && kept.until > now) return kept.config;
    const config = this.discover(provider);
    this.known.set(key, { config, until: now + AGE });
    // What could not be reached is asked again by the next one.
    config.catch(() => this.known.delete(key));
    return config;
  }

  private async discover(provider: IdentityProvider): Promise<Configuration> {
    const client = await import('openid-client');
    const issuer = new URL(provider.issuer);
    const secret = clientSecretOf(this.engine, provider);
    // Without TLS only on this machine: a provider under trial.
    const plain = issuer.protocol === 'http:' && isLoopback(issuer.hostname);
    return client.discovery(
      issuer,
      provider.clientId,
      undefined,
      secret === undefined ? client.None() : client.ClientSecretBasic(secret),
      {
        timeout: PATIENCE,
        execute: plain ? [client.allowInsecureRequests] : [],
        // Its metadata name the other addresses: none of them leads into the house.
        [client.customFetch]: (url, options) =>
          fetchOut(url, options as RequestInit, providerRules(this.engine, provider), {
            timeout: PATIENCE * 1000,
            most: MOST,
          }),
      },
    );
  }

  /** @throws Problem 502 when the provider does not answer as one */
  private async reach<T>(provider: IdentityProvider, work: (config: Configuration) => Promise<T>): Promise<T> {
    try {
      return await work(await this.configuration(provider));
    } catch (error) {
      throw Object.assign(
        refuse(
          502,
          'provider-failed',
          {
            vi: `Không đăng nhập được bằng ${provider.name}`,
            en: `The sign-in with ${provider.name} did not succeed`,
          },
          { remedy: { vi: 'Thử lại, hoặc dùng mật khẩu ở đây', en: 'Try again, or use your password here' } },
        ),
        { cause: error },
      );
    }
  }

  /** Where to send the browser, and what to remember of it. */
  async begin(
    provider: IdentityProvider,
    redirect: string,
    link: string | null,
    language: string,
  ): Promise<{ url: string; journey: Journey }> {
    return this.reach(provider, async (config) => {
      const client = await import('openid-client');
      const verifier = client.randomPKCECodeVerifier();
      const [nonce, state] = [client.randomNonce(), client.randomState()];
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirect,
        scope: provider.scopes,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        nonce,
        state,
        ui_locales: language,
        // Who links an account shows there who he is, whoever else is signed in at this computer.
        ...(link === null ? {} : { prompt: 'login' }),
      });
      return { url: url.href, journey: { provider: provider.id, verifier, nonce, state, link } };
    });
  }

  /** Trades the code for the person. `back`: the address that the browser came back to, without what is our own. */
  async finish(provider: IdentityProvider, journey: Journey, back: URL): Promise<Shown> {
    return this.reach(provider, async (config) => {
      const client = await import('openid-client');
      const tokens = await client.authorizationCodeGrant(config, back, {
        pkceCodeVerifier: journey.verifier,
        expectedState: journey.state,
        expectedNonce: journey.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('no identity token');
      return { subject: claims.sub, claims, passed: showsFactor(provider.factors, claims) };
    });
  }
}

/** Whether `acr` or `amr` (RFC 8176) names one of the second factors that the facility accepts from this provider. */
export function showsFactor(factors: readonly string[], claims: Readonly<Record<string, unknown>>): boolean {
  const { acr, amr } = claims;
  const said = [acr, ...(Array.isArray(amr) ? (amr as unknown[]) : [])];
  return factors.some((factor) => said.includes(factor));
}
