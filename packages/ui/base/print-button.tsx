import { type ReactElement, useState } from 'react';
import { printForm } from '../data/print.ts';
import { RequestProblem } from '../data/transport.ts';
import { uiTexts } from '../texts/ui.ts';
import { usePick, useTexts } from '../texts/use-texts.ts';
import { Button, type ButtonProps } from './button.tsx';
import { toast } from './toast.tsx';

/** Prints forms and says why where it could not: `const { print, printing } = usePrint()`. */
export function usePrint(): { print: (form: string, id: string) => Promise<boolean>; printing: boolean } {
  const t = useTexts(uiTexts);
  const pick = usePick();
  const [printing, setPrinting] = useState(false);
  const print = async (form: string, id: string): Promise<boolean> => {
    setPrinting(true);
    try {
      await printForm(form, id);
      return true;
    } catch (error) {
      const issues = error instanceof RequestProblem ? error.issues : [];
      const reason = issues.map((one) => pick(one.text)).join('; ') || t('offline');
      toast({ text: t('printFailed', { reason }), tone: 'warn' });
      return false;
    } finally {
      setPrinting(false);
    }
  };
  return { print, printing };
}

export interface PrintButtonProps extends Pick<ButtonProps, 'look' | 'size' | 'chord'> {
  /** `outpatient.prescription`, `cashier.receipt` … */
  readonly form: string;
  readonly id: string;
  /** Verb and object; "In" alone where the place says what. */
  readonly label?: string;
}

/** Prints one form of one record. */
export function PrintButton(props: PrintButtonProps): ReactElement {
  const { form, id, label, ...rest } = props;
  const t = useTexts(uiTexts);
  const { print, printing } = usePrint();
  return (
    <Button {...rest} icon="print" busy={printing} onClick={() => void print(form, id)}>
      {label ?? t('print')}
    </Button>
  );
}
