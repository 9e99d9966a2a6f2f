import { randomBytes } from 'node:crypto';
import { refuse } from '@mach/base/problem.ts';
import { type Queryable, tokenHash } from '@mach/store';
import type { Via } from './session-store.ts';

/** The one thing that a ticket is good for. */
export type Step = 'facility' | 'factor' | 'enrol' | 'password' | 'passkey' | 'new-passkey' | 'provider';

/** A sign-in (or a setting-up) that has begun and waits for its next step. */
export type Ticket = {
  step: Step;
  /** Null until a passkey has said who it is. */
  account: string | null;
  tenant: number | null;
  /** Whether a second factor has been shown. */
  passed: boolean;
  via: Via;
  challenge: string | null;
};

/** Wrong codes that a ticket survives. */
const TRIES = 5;

/** Begins a step. @returns the ticket's token, which only its bearer knows */
export async function issueTicket(on: Queryable, ticket: Ticket, expiresAt: Date): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await on.query({
    name: 'ticket_issue',
    text: `insert into system.sign_in_ticket (token_hash, step, account, tenant, passed, via, challenge, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [
      tokenHash(token),
      ticket.step,
      ticket.account,
      ticket.tenant,
      ticket.passed,
      ticket.via,
      ticket.challenge,
      expiresAt,
    ],
  });
  return token;
}

/** Looks at a ticket and counts the look: a code is tried with it. @throws Problem 401 when it is over or for another step */
export async function tryTicket(on: Queryable, token: string, step: Step, now: Date): Promise<Ticket> {
  const { rows } = await on.query<Ticket>({
    name: 'ticket_try',
    text: `update system.sign_in_ticket set tries = tries + 1
           where token_hash = $1 and step = $2 and expires_at > $3 and tries < $4
           returning step, account, tenant, passed, via, challenge`,
    values: [tokenHash(token), step, now, TRIES],
  });
  return rows[0] ?? over();
}

/** Uses a ticket up. @throws Problem 401 when somebody else has done so in the meantime */
export async function redeemTicket(on: Queryable, token: string): Promise<void> {
  const { rowCount } = await on.query({
    name: 'ticket_redeem',
    text: 'delete from system.sign_in_ticket where token_hash = $1',
    values: [tokenHash(token)],
  });
  if (rowCount !== 1) over();
}

/** Keeps the challenge that the answer to this ticket must carry. */
export async function challengeTicket(on: Queryable, token: string, challenge: string): Promise<void> {
  await on.query({
    name: 'ticket_challenge',
    text: 'update system.sign_in_ticket set challenge = $2 where token_hash = $1',
    values: [tokenHash(token), challenge],
  });
}

function over(): never {
  throw refuse(
    401,
    'ticket-over',
    { vi: 'Lần đăng nhập này đã hết hạn', en: 'This sign-in is over' },
    { remedy: { vi: 'Nhập lại tài khoản và mật khẩu', en: 'Enter account and password again' } },
  );
}
