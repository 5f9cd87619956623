import type { ImportedSpace, Report } from '#domains/exchange/gitbook/model.ts';

/**
 * Takes documents (anything but pictures) out of a reading: they are not stored so far, so links to them keep their words only.
 * Each is named in the report.
 */
export function takeOutDocuments(spaces: ImportedSpace[], report: Report): void {
  for (const space of spaces) {
    const out = space.assets.filter((asset) => !asset.mime.startsWith('image/'));
    if (!out.length) continue;
    space.assets = space.assets.filter((asset) => !out.includes(asset));
    const addresses = new Map(out.map((asset) => [`/library/${space.slug}/assets/${asset.name}`, asset]));
    for (const page of space.pages) {
      const unlinked = (text: string): string =>
        text.replace(/(?<!!)\[((?:\\.|[^\]\\])*)\]\(<?(\/library\/[^\s)>]+)>?\)/g, (whole, label: string, href: string) =>
          addresses.has(href) ? label : whole,
        );
      page.text = unlinked(page.text);
      for (const control of page.controls) control.text = unlinked(control.text);
    }
    const names = new Set(out.map((asset) => asset.name));
    report.in = report.in.filter((line) => line.reason !== 'asset' || !out.some((asset) => asset.sourcePath === line.where));
    report.changed = report.changed.filter((line) => line.reason !== 'file_link' || !names.has(line.what));
    for (const asset of out) report.leftOut.push({ reason: 'asset_document', what: asset.name, where: asset.sourcePath, data: { mime: asset.mime } });
  }
}
