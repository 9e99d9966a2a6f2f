import type { Text } from '@mach/base/problem.ts';
import { addDays, formatDate } from '@mach/base/time.ts';
import type { Tier } from './benefit-pack.ts';

/** What the benefit decision needs of a coverage period (one card, one span of days). */
export interface BenefitCard {
  /** Object group, first two letters of the 15-character number; unknown on a 10-digit card. */
  group?: string;
  /** Benefit digit 1–5, from the number or from the portal's answer. */
  digit: string;
  /** yyyy-MM-dd */
  validFrom: string;
  /** yyyy-MM-dd; absent when the card carries no end. */
  validTo?: string;
  /** 5-character code of the registered facility; the first two are the province. */
  registeredFacility: string;
  registeredTier?: Tier;
  area?: 'K1' | 'K2' | 'K3';
  /** Date of five continuous years, yyyy-MM-dd. */
  fiveYearsFrom?: string;
  /** Start of the exemption on a certificate, yyyy-MM-dd. */
  exemptFrom?: string;
  /** Withdrawn or locked by the fund. */
  revoked?: boolean;
}

export type CardState = 'valid' | 'not-yet-valid' | 'expired' | 'revoked' | 'expires-during-stay' | 'unknown-digit';

export interface CardCheck {
  state: CardState;
  /** Last day that the fund pays, when the card ends during the stay. */
  paysUntil?: string;
  text: Text;
}

/** Whether the card carries a stay from `start` to `end`; a card that ends inside is honoured `graceDays` more. */
export function checkCard(card: BenefitCard, start: string, end: string, graceDays: number): CardCheck {
  if (card.revoked) {
    return {
      state: 'revoked',
      text: { vi: 'Thẻ bị thu hồi hoặc tạm khóa.', en: 'The card is withdrawn or locked.' },
    };
  }
  if (start < card.validFrom) {
    const from = formatDate(card.validFrom);
    return {
      state: 'not-yet-valid',
      text: { vi: `Thẻ có giá trị từ ${from}.`, en: `The card is valid from ${from}.` },
    };
  }
  if (card.validTo !== undefined && start > card.validTo) {
    const to = formatDate(card.validTo);
    return { state: 'expired', text: { vi: `Thẻ hết hạn ngày ${to}.`, en: `The card expired on ${to}.` } };
  }
  if (card.validTo !== undefined && end > card.validTo) {
    const last = addDays(card.validTo, graceDays);
    const paysUntil = last < end ? last : end;
    return {
      state: 'expires-during-stay',
      paysUntil,
      text: {
        vi: `Thẻ hết hạn ${formatDate(card.validTo)} trong đợt điều trị: quỹ trả đến ${formatDate(paysUntil)}.`,
        en: `The card expires on ${formatDate(card.validTo)} during the stay: paid until ${formatDate(paysUntil)}.`,
      },
    };
  }
  return { state: 'valid', text: { vi: 'Thẻ còn giá trị.', en: 'The card is valid.' } };
}
