import { type ReactElement, useState } from 'react';
import { printForm } from '../data/print.ts';
import { choosePrinter, type DeskPrinter, deskPrinter, useDeskPrinter, usePrinters } from '../data/printers.ts';
import { RequestProblem } from '../data/transport.ts';
import { uiTexts } from '../texts/ui.ts';
import { usePick, useTexts } from '../texts/use-texts.ts';
import { Button, type ButtonProps } from './button.tsx';
import { Menu } from './menu.tsx';
import './print-button.css';
import { toast } from './toast.tsx';

/** Prints forms and says why where it could not: `const { print, printing } = usePrint()`. */
export function usePrint(): { print: (form: string, id: string) => Promise<boolean>; printing: boolean } {
  const t = useTexts(uiTexts);
  const pick = usePick();
  const printers = usePrinters()?.printers;
  const [printing, setPrinting] = useState(false);
  const print = async (form: string, id: string): Promise<boolean> => {
    setPrinting(true);
    try {
      await printForm(form, id, deskPrinter(printers ?? [], form)?.forms[form]);
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

/** Prints one form of one record; below it, to which printer of the desk, where the administration has set one up. */
export function PrintButton(props: PrintButtonProps): ReactElement {
  const { form, id, label, ...rest } = props;
  const t = useTexts(uiTexts);
  const { print, printing } = usePrint();
  return (
    <span className="m-print">
      <Button {...rest} icon="print" busy={printing} onClick={() => void print(form, id)}>
        {label ?? t('print')}
      </Button>
      <PrinterLine form={form} />
    </span>
  );
}

/**
 * To which printer a form goes from this desk, on which paper. Where several could print it, the choice; it is kept on this
 * device. Nothing where the administration has set up no printer for the form.
 */
export function PrinterLine({ form }: { readonly form: string }): ReactElement | null {
  const t = useTexts(uiTexts);
  const { chosen, able } = useDeskPrinter(form);
  const on = (one: DeskPrinter): string => {
    const { paper, copies } = one.forms[form] ?? { paper: '', copies: 1 };
    const size = paper
      .replace('mm', ' mm')
      .replace(/^(label|band)-/, '')
      .replace('x', ' × ');
    return [one.name, size, copies > 1 ? t('printCopies', { n: copies }) : ''].filter(Boolean).join(' · ');
  };
  if (able.length === 0) return null;
  const said = chosen ? on(chosen) : t('printNobody');
  if (able.length === 1) return <span className="m-print-to">{said}</span>;
  return (
    <Menu
      head={t('printWhere')}
      trigger={
        <button type="button" className="m-print-to m-print-choose" title={t('printWhere')}>
          {said}
        </button>
      }
      groups={[
        able.map((one) => ({
          id: one.id,
          label: `${on(one)} · ${one.place}`,
          checked: one.id === chosen?.id,
          run: () => choosePrinter(form, one),
        })),
      ]}
    />
  );
}
