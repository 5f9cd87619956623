import { supportedExtensions } from 'file-type';

/** Kinds whose name says little. */
const NAMES: Record<string, string> = {
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'DOCX',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'XLSX',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'PPTX',
  'application/vnd.oasis.opendocument.text': 'ODT',
  'application/vnd.oasis.opendocument.spreadsheet': 'ODS',
  'application/vnd.oasis.opendocument.presentation': 'ODP',
};
/** Their bytes tell the family only; the name says which of them. */
const FAMILIES: Record<string, RegExp> = { 'application/x-cfb': /^(doc|xls|ppt|msg|vsd)$/, 'application/zip': /^(zip|docx|xlsx|pptx|odt|ods|odp|epub|kmz)$/ };

/** What a file is, in a word for its readers: as its bytes say. Its name is believed only where bytes cannot tell, so a page called picture.png is no PNG. */
export function kindOf({ name, mime }: { name: string; mime: string }): string {
  const end = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (mime === 'application/octet-stream') return supportedExtensions.has(end as never) ? '' : end.toUpperCase();
  const family = FAMILIES[mime];
  if (family) return (family.test(end) ? end : mime === 'application/zip' ? 'zip' : '').toUpperCase();
  const word = mime.split('/')[1]?.replace(/^x-/, '') ?? '';
  return NAMES[mime] ?? (/^[a-z0-9]{1,8}$/.test(word) ? word.toUpperCase() : '');
}
