import type { Text } from '@mach/ui';
import type { RequestKind } from '../contract.ts';
import { useAsk } from './ask.ts';

/** What `/api/privacy/rules` answers: the words and numbers of the rule packs in force. */
export interface Rules {
  readonly kinds: Readonly<Record<RequestKind, { readonly days: number; readonly text: Text; readonly kept?: Text }>>;
  readonly answerWorkingDays: number;
  readonly consents: readonly {
    readonly purpose: string;
    readonly text: Text;
    readonly told: Text;
    /** `agreement`: not used before somebody has said yes. `refusal`: used by law until somebody objects. */
    readonly decides: 'agreement' | 'refusal';
    /** The law, or the consent itself. */
    readonly ground: Text;
    readonly enforced: boolean;
  }[];
  readonly closes: boolean;
  readonly unusual: Readonly<Record<string, Text>>;
}

export const useRules = (): Rules | undefined => useAsk<Rules>('/api/privacy/rules').data;
