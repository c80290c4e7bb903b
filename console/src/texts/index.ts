// Every text of the console goes through here. Another language is another folder beside `en` with the same shape: the
// compiler says what is missing, counts and plurals are functions of each language.

import { english } from './en';

/** What a language has to say. */
export type Texts = typeof english;

export const t: Texts = english;
