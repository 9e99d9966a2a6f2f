/** The simulator's register of insured people. Nobody real is in it. */
import { foldText } from '@mach/base/fold.ts';

export interface Insured {
  card: string;
  name: string;
  /** yyyy or yyyy-MM-dd. */
  birthDate: string;
  gender?: 'Nam' | 'Nữ';
  address?: string;
  registeredFacility: string;
  /** yyyy-MM-dd */
  validFrom: string;
  validTo: string;
  livingArea?: string;
  fiveYearsFrom?: string;
  /** Number of the card that has replaced this one. */
  newCard?: string;
  revoked?: boolean;
}

export interface Stay {
  facility: string;
  from: string;
  to: string;
  diagnosis: string;
}

/**
 * Somebody nobody has enrolled is met like this: the last three digits of the number say what a demonstration wants to
 * see (050 unknown, 010 expired, 110 revoked, 003 replaced), any other number is enrolled as it is asked for, valid
 * from last year to the end of the next at the asking facility. From then on the name and the birth date must agree.
 */
export class CardRegister {
  private readonly people = new Map<string, Insured>();
  private readonly stays = new Map<string, Stay[]>();
  private readonly strict: boolean;

  /** `strict`: only enrolled people are known. */
  constructor(options: { strict?: boolean } = {}) {
    this.strict = options.strict ?? false;
  }

  enrol(...people: readonly Insured[]): void {
    for (const person of people) this.people.set(person.card, person);
  }

  addStay(card: string, stay: Stay): void {
    const list = this.stays.get(card) ?? [];
    this.stays.set(card, list);
    list.push(stay);
  }

  staysOf(card: string): readonly Stay[] {
    return this.stays.get(card) ?? [];
  }

  /** The holder as far as the register knows or, when it is not strict, learns one. */
  ask(of: { card: string; name: string; birthDate: string; facility: string; today: string }): Insured | undefined {
    const known = this.people.get(of.card);
    if (known || this.strict) return known;
    const mark = of.card.slice(-3);
    if (mark === '050') return undefined;
    const year = Number(of.today.slice(0, 4));
    const expired = mark === '010' || mark === '003';
    const person: Insured = {
      card: of.card,
      name: of.name,
      birthDate: of.birthDate,
      registeredFacility: of.facility,
      validFrom: `${year - 1}-01-01`,
      validTo: `${expired ? year - 1 : year + 1}-12-31`,
      ...(mark === '110' ? { revoked: true } : {}),
      ...(mark === '003' ? { newCard: `${of.card.slice(0, -3)}004` } : {}),
    };
    this.people.set(of.card, person);
    return person;
  }
}

/** maKetQua of the card check. */
export function cardCode(
  person: Insured | undefined,
  asked: { name: string; birthDate: string },
  today: string,
): string {
  if (!person) return '050';
  const [known, given] = [foldText(person.name), foldText(asked.name)];
  if (known !== given) return initials(known) === initials(given) ? '061' : '060';
  const length = Math.min(person.birthDate.length, asked.birthDate.length);
  if (person.birthDate.slice(0, length) !== asked.birthDate.slice(0, length)) return '070';
  if (person.revoked) return '110';
  const expired = today > person.validTo || today < person.validFrom;
  if (person.newCard) return expired ? '003' : '004';
  return expired ? '010' : '000';
}

const initials = (name: string): string =>
  name
    .split(' ')
    .map((word) => word[0] ?? '')
    .join('');
