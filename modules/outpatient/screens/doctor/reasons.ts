import type { AlertReason, Translate } from '@mach/ui';
import type { texts } from './texts.ts';

type T = Translate<(typeof texts)['vi']>;

/** Coded reasons for going on in spite of a warning of a prescription. */
export const overrideReasons = (t: T): readonly AlertReason[] => [
  { code: 'benefit', text: t('whyBenefit') },
  { code: 'tolerated', text: t('whyTolerated') },
  { code: 'monitor', text: t('whyMonitor') },
  { code: 'specialist', text: t('whySpecialist') },
  { code: 'no-alternative', text: t('whyNoAlternative') },
  { code: 'not-applicable', text: t('whyNotApplicable') },
];

/** Coded reasons for a repeated or otherwise questioned order. */
export const orderReasons = (t: T): readonly AlertReason[] => [
  { code: 'course', text: t('whyCourse') },
  { code: 'doubtful', text: t('whyDoubtful') },
  { code: 'elsewhere', text: t('whyElsewhere') },
  { code: 'monitor', text: t('whyMonitor') },
];

/** Coded reasons for taking an order back. */
export const cancelReasons = (t: T): readonly AlertReason[] => [
  { code: 'mistake', text: t('whyMistake') },
  { code: 'not-needed', text: t('whyNotNeeded') },
  { code: 'refused', text: t('whyRefused') },
  { code: 'contraindicated', text: t('whyContraindicated') },
];
