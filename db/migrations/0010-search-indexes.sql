-- Texts and messages apart: with one index, looking for a page by a common word reads the postings of every message that has it.
drop index search.entries_audience_id_words_idx;
create index texts on search.entries using gin (audience_id, words) where kind <> 'message';
create index messages on search.entries using gin (audience_id, words) where kind = 'message';
