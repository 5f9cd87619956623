-- TLP 2.0 as data: who may be in the audience, and what each outlet may carry.
create table app.marking_outlets (
  label text primary key,
  rank int not null unique,
  audience_kinds text[] not null,
  guests boolean not null,
  max_readers int,
  mail text not null check (mail in ('text','notice','waits')),
  feed text not null check (feed in ('yes','own','notice','none')),
  export text not null check (export in ('yes','marked','logged','none')),
  api_scope text check (api_scope in ('read','amber','none'))
);
comment on table app.marking_outlets is 'The whole meaning of a label in the hub. Jobs, screens and the API ask this table; none of them decides.';
insert into app.marking_outlets values
 ('TLP:CLEAR', 1, '{public,everyone,organization,kind,region,circle,named}', true, null, 'text', 'yes', 'yes', 'read'),
 ('TLP:GREEN', 2, '{everyone,organization,kind,region,circle,named}', true, null, 'text', 'own', 'marked', 'read'),
 ('TLP:AMBER', 3, '{organization,circle,named}', true, null, 'notice', 'notice', 'logged', 'amber'),
 ('TLP:AMBER+STRICT', 4, '{organization,circle,named}', false, null, 'notice', 'none', 'logged', 'amber'),
 ('TLP:RED', 5, '{named}', true, 50, 'waits', 'none', 'none', 'none');
