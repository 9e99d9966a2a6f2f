/** `Task.code` (`CS.document`) of the work that a refusal of the national prescription system makes. */
export const NATIONAL_WORK = 'national-prescription';
