/** The floors of the house: imports only go down, subjects never meet, and only platform/database touches the pool. */
const subjects = 'library|controls|channels|incidents|records';
const furniture = 'activity|audit|conversations|files|govern|hub|search|exchange';
const base = 'people|marking';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: { path: '^(src|seeds)' }, to: { circular: true, viaOnly: { pathNot: 'paraglide', dependencyTypesNot: ['type-only'] } } },
    { name: 'lib-knows-nothing', severity: 'error', from: { path: '^src/lib/', pathNot: '\\.test\\.ts$' }, to: { path: '^(src/(?!lib/|paraglide/)|db/|seeds/|tests/)' } },
    { name: 'ground-knows-no-rooms', severity: 'error', from: { path: '^src/platform/', pathNot: '\\.test\\.ts$' }, to: { path: '^src/(domains|routes|ui|island)/' } },
    { name: 'ui-knows-no-subject', severity: 'error', from: { path: '^src/ui/' }, to: { path: '^src/(domains|routes|platform)/', pathNot: '^src/platform/errors\\.ts$' } },
    { name: 'base-stays-low', severity: 'error', from: { path: `^src/domains/(${base})/`, pathNot: '\\.test\\.ts$' }, to: { path: `^src/(domains/(${furniture}|${subjects})|routes)/` } },
    { name: 'furniture-knows-no-subject', severity: 'error', from: { path: `^src/domains/(${furniture})/`, pathNot: '\\.test\\.ts$' }, to: { path: `^src/(domains/(${subjects})|routes)/` } },
    { name: 'subjects-never-meet', severity: 'error', from: { path: `^src/domains/(${subjects})/`, pathNot: '\\.test\\.ts$' }, to: { path: `^src/domains/(${subjects})/`, pathNot: '^src/domains/$1/' } },
    { name: 'rooms-know-no-door', severity: 'error', from: { path: '^src/domains/' }, to: { path: '^src/(routes|cli|server\\.ts|worker\\.ts|wiring)' } },
    { name: 'rooms-without-framework', severity: 'error', from: { path: '^src/(domains|platform|lib)/', pathNot: '/ui/' }, to: { path: '@sveltejs/kit|\\$app|\\$env' } },
    { name: 'browser-files-stay-clean', severity: 'error', from: { path: '^src/(ui|island)/|/ui/.*\\.svelte$|/model\\.ts$', pathNot: '\\.(server|test)\\.ts$' }, to: { path: '\\.server\\.ts$', dependencyTypesNot: ['type-only'] } },
    { name: 'one-pool', severity: 'error', from: { path: '^src/', pathNot: '^src/platform/(database|embedded|bus|jobs)/|\\.test\\.ts$' }, to: { path: 'platform/database/(pool|single-client)|node_modules/pg/', dependencyTypesNot: ['type-only'] } },
    { name: 'doors-do-not-meet', severity: 'error', from: { path: '^src/routes/(.+)/[^/]+$' }, to: { path: '^src/routes/.*/\\+', pathNot: '^src/routes/$1/|\\$types' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(build|\\.svelte-kit|src/paraglide|tests/fixtures)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tests/tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.js', '.svelte'] },
  },
};
