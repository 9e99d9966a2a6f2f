/**
 * The insurer's portal as the public descriptions of its users give it: paths, fields, headers, answer codes.
 * One session serves all calls until it ends; a 401 opens a new one, once.
 */
import { createHash } from 'node:crypto';
import type { PortalHttp, PortalResponse } from './http.ts';

export interface PortalAccount {
  username: string;
  password: string;
  /** Officer who looks cards up: name and citizen number, asked by the card check. */
  officer: { name: string; cccd: string };
}

export type Standard = 'qd4750' | 'qd3176';

interface SentFile {
  facility: string;
  standard: Standard;
  /** The signed file. */
  xml: string;
  at?: string;
}

/** What the portal said, or that it said nothing that can be used. */
export type PortalAnswer =
  | { said: true; code: string; json: Readonly<Record<string, unknown>> }
  | { said: false; reason: string };

const PATHS: Readonly<Record<Standard, { checkIn: string; claim: string }>> = {
  qd4750: { checkIn: 'api/qd130/checkInKcbQd4750', claim: 'api/qd130/guiHoSoXmlQD4750' },
  qd3176: { checkIn: 'api/qd130/checkInKcbQd3176', claim: 'api/qd130/guiHoSoXmlQD3176' },
};
export const TOKEN_PATH = 'api/token/take';
export const CARD_PATH = 'api/egw/KQNhanLichSuKCB2024';

/** MD5 in upper case: how the portal takes passwords. */
export const passwordHash = (password: string): string =>
  createHash('md5').update(password, 'utf8').digest('hex').toUpperCase();

interface Session {
  accessToken: string;
  idToken: string;
  /** ms since 1970; renewed a minute before the portal would refuse it. */
  until: number;
}

export class PortalClient {
  private readonly http: PortalHttp;
  private readonly account: PortalAccount;
  private readonly now: () => number;
  private session: Promise<Session> | undefined;

  constructor(http: PortalHttp, account: PortalAccount, now: () => number) {
    this.http = http;
    this.account = account;
    this.now = now;
  }

  /** `birthDate`: dd/MM/yyyy, or the year alone. */
  checkCard(
    of: { card: string; name: string; birthDate: string; at?: string },
    signal: AbortSignal,
  ): Promise<PortalAnswer> {
    const { officer, username, password } = this.account;
    return this.withSession(signal, (session) =>
      this.http(
        {
          path: CARD_PATH,
          at: of.at,
          query: {
            token: session.accessToken,
            id_token: session.idToken,
            username,
            password: passwordHash(password),
          },
          form: {
            maThe: of.card,
            hoTen: of.name,
            ngaySinh: of.birthDate,
            hoTenCb: officer.name,
            cccdCb: officer.cccd,
          },
        },
        signal,
      ),
    );
  }

  sendCheckIn(of: SentFile, signal: AbortSignal): Promise<PortalAnswer> {
    return this.sendFile(PATHS[of.standard].checkIn, '0', of, signal);
  }

  sendClaim(of: SentFile, signal: AbortSignal): Promise<PortalAnswer> {
    return this.sendFile(PATHS[of.standard].claim, '130', of, signal);
  }

  private sendFile(path: string, kind: '0' | '130', of: SentFile, signal: AbortSignal): Promise<PortalAnswer> {
    const { username, password } = this.account;
    return this.withSession(signal, (session) =>
      this.http(
        {
          path,
          at: of.at,
          headers: {
            accessToken: session.accessToken,
            tokenId: session.idToken,
            passwordHash: passwordHash(password),
          },
          form: {
            username,
            loaiHoSo: kind,
            maTinh: of.facility.slice(0, 2),
            maCSKCB: of.facility,
            fileHSBase64: Buffer.from(of.xml, 'utf8').toString('base64'),
          },
        },
        signal,
      ),
    );
  }

  private async withSession(
    signal: AbortSignal,
    call: (session: Session) => Promise<PortalResponse>,
  ): Promise<PortalAnswer> {
    for (let attempt = 1; ; attempt++) {
      let answer: PortalAnswer;
      try {
        answer = read(await call(await this.open(signal)));
      } catch (error) {
        return { said: false, reason: error instanceof Error ? error.message : String(error) };
      }
      if (!answer.said || answer.code !== '401' || attempt === 2) return answer;
      this.session = undefined;
    }
  }

  private async open(signal: AbortSignal): Promise<Session> {
    const known = await this.session?.catch(() => undefined);
    if (known && known.until > this.now()) return known;
    this.session = this.signIn(signal);
    return this.session;
  }

  private async signIn(signal: AbortSignal): Promise<Session> {
    const { username, password } = this.account;
    const answer = read(
      await this.http({ path: TOKEN_PATH, form: { username, password: passwordHash(password) } }, signal),
    );
    if (!answer.said) throw new Error(answer.reason);
    const key = answer.json.APIKey as Record<string, unknown> | undefined;
    if (answer.code !== '200' || typeof key?.access_token !== 'string' || typeof key.id_token !== 'string')
      throw new Error(`the portal does not sign ${username} in (maKetQua ${answer.code})`);
    const seconds = Number(key.expires_in);
    const life = Number.isFinite(seconds) && seconds > 60 ? (seconds - 60) * 1000 : 60_000;
    return { accessToken: key.access_token, idToken: key.id_token, until: this.now() + life };
  }
}

function read({ status, body }: PortalResponse): PortalAnswer {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { said: false, reason: `the portal answered HTTP ${status} without JSON` };
  }
  if (typeof json !== 'object' || json === null) return { said: false, reason: `the portal answered HTTP ${status}` };
  const answer = json as Record<string, unknown>;
  const code = answer.maKetQua;
  if (typeof code !== 'string' && typeof code !== 'number')
    return { said: false, reason: `the portal answered HTTP ${status} without maKetQua` };
  return { said: true, code: String(code), json: answer };
}
