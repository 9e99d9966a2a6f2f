import { useTexts } from '@mach/ui';
import { texts } from './texts.ts';

const OWNERS = [
  'administrator',
  'cashier',
  'claims-officer',
  'director',
  'doctor',
  'lab-technician',
  'nurse',
  'pharmacist',
  'radiographer',
  'reception',
  'treasurer',
] as const;

/** The name of the role that minds something; one that a plug-in brings is shown by its code. */
export function useOwnerName(): (role: string) => string {
  const t = useTexts(texts);
  return (role) => {
    const known = OWNERS.find((one) => one === role);
    return known ? t(`owner.${known}`) : role;
  };
}
