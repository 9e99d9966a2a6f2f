/** What the claim says of a drug: the formulary's own words, and the codes that the insurer's lists give it. */
import type { RulePack } from '@mach/engine/rule-packs.ts';
import { records, type Table, textCell } from '@mach/vn/codes/pack.ts';

export interface DrugClaimFacts {
  /** TEN_THUOC. */
  name: string;
  /** HAM_LUONG. */
  strength: string;
  /** DANG_BAO_CHE. */
  form: string;
  /** DUONG_DUNG of the claim list. */
  route: string;
  /** DON_VI_TINH. */
  unit: string;
  /** SO_DANG_KY. */
  registration: string;
}

export interface DrugCodes {
  /** MA_THUOC. */
  code: string;
  /** TT_THAU. */
  tender: string;
}

export function drugFacts(pack: RulePack): ReadonlyMap<string, DrugClaimFacts> {
  const { items, routes } = pack.data as { items: Table; routes: Table };
  const claimRoute = new Map([...records(routes, 'code', 'xml2')].map((r) => [textCell(r.code), textCell(r.xml2)]));
  const columns = ['code', 'display', 'brand', 'strength', 'form', 'route', 'unit', 'registration'] as const;
  return new Map(
    [...records(items, ...columns)].map((row) => [
      textCell(row.code),
      {
        name: textCell(row.brand) || textCell(row.display),
        strength: textCell(row.strength),
        form: textCell(row.form),
        route: claimRoute.get(textCell(row.route)) ?? '',
        unit: textCell(row.unit),
        // The claim wants the number without spaces.
        registration: textCell(row.registration).replaceAll(/\s/g, ''),
      },
    ]),
  );
}

/** Claim codes of the facility's drugs, as its contract with the fund lists them. */
export function drugCodes(pack: RulePack): ReadonlyMap<string, DrugCodes> {
  const { drugs } = pack.data as { drugs: Table };
  return new Map(
    [...records(drugs, 'drug', 'claimCode', 'tender')].map((row) => [
      textCell(row.drug),
      { code: textCell(row.claimCode), tender: textCell(row.tender) },
    ]),
  );
}
