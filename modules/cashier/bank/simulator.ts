import { type BankSettings, signNotice } from './notice.ts';

/** Name of what answers in the place of a bank in demo and training houses. */
export const BANK_SIMULATOR = 'bank-simulator';

/** A notice as the bank would send it when somebody pays: the body and its headers, signed with the house's secret. */
export function simulatedNotice(
  of: { transaction: string; amount: number; content: string; at: string },
  settings: Pick<BankSettings, 'account' | 'secret'>,
): { body: string; timestamp: string; signature: string } {
  const seconds = Math.floor(Date.parse(of.at) / 1000);
  const body = JSON.stringify({ ...of, account: settings.account });
  return { body, timestamp: String(seconds), signature: signNotice(body, settings.secret, seconds) };
}
