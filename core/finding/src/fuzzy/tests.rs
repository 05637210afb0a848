//! What is meant comes first, and nothing is missed.

use proptest::prelude::*;

use super::*;

fn list(paths: &[&str]) -> PathList {
    PathList::whole(paths.iter().copied())
}

fn path(list: &PathList, ranked: &Ranked) -> String {
    let (folder, name) = list.file(ranked.place);
    [folder.path, name].concat()
}

fn found(list: &PathList, query: &str) -> Vec<String> {
    let (total, best) = Words::new(query).best(list, &[], 100);
    assert_eq!(total, best.len());
    best.iter().map(|ranked| path(list, ranked)).collect()
}

#[test]
fn what_people_mean_comes_first() {
    for (query, wanted, other) in [
        // The name before the folders.
        ("main", "src/deep/down/main.rs", "main/x/y.rs"),
        ("user", "app/models/user.rb", "user/spec/factories.rb"),
        // The very name, with or without its ending.
        ("mix", "apps/one/mix.exs", "mixins.ex"),
        ("mix.exs", "apps/one/mix.exs", "mix.exs.backup"),
        ("commands", "src/Commands.js", "CommandManager.js/CommandSet.js"),
        // Beginnings of words before their middles.
        ("fb", "foo_bar.rs", "surfboard.rs"),
        ("qo", "src/QuickOpen.swift", "src/sequoia.swift"),
        ("ba", "src/foo_bar_ab.rs", "src/absurdbatch.rs"),
        // Letters that stand together.
        ("conf", "a/config.rs", "a/cat_or_new_file.rs"),
        ("srcmain", "src/main.rs", "story_archive_configuration_domains.rs"),
        // The same case.
        ("README", "README.md", "readme.md"),
        ("readme", "readme.md", "README.md"),
        // The shorter path.
        ("lib", "a/lib.rs", "a/b/lib.rs"),
        // Words in any order, one in the name and one in the path.
        ("settings parti", "participants/settings.html", "particles/setting_lights_site.html"),
    ] {
        let list = list(&[other, wanted]);
        assert_eq!(found(&list, query).first().map(String::as_str), Some(wanted), "{query}");
    }
}

#[test]
fn a_slash_means_folders_and_letters_stay_in_their_order() {
    let list = list(&["src/main.rs", "main/src.rs", "srcmain"]);
    assert_eq!(found(&list, "src/main"), ["src/main.rs"]);
    assert_eq!(found(&list, "niam"), [""; 0]);
    assert_eq!(found(&list, "main/s"), ["main/src.rs"]);
}

#[test]
fn recency_lifts_a_file_among_its_like_but_not_above_the_very_name() {
    let list = list(&["a/user_model.rs", "b/user_model.rs", "c/user.rs"]);
    let recent = list.position("b/user_model.rs").unwrap();
    let best = |query: &str| {
        let (_, best) = Words::new(query).best(&list, &[(recent, MOST_RECENT)], 1);
        path(&list, &best[0])
    };
    assert_eq!(best("um"), "b/user_model.rs");
    assert_eq!(best("user.rs"), "c/user.rs");
    assert_eq!(best("user"), "c/user.rs");
    assert_eq!(best(""), "b/user_model.rs");
}

#[test]
fn positions_are_where_the_letters_are() {
    let list = list(&["src/façade/größe_main.rs"]);
    let (folder, name) = list.file(list.position("src/façade/größe_main.rs").unwrap());
    assert_eq!(found(&list, "GRÖSS"), [""; 0], "ß is no double S");
    for query in ["gm", "größe", "GRÖ", "faç", "src main", "façade/größe"] {
        let wanted: Vec<char> = query.chars().filter(|c| *c != ' ').flat_map(char::to_lowercase).collect();
        let positions = Words::new(query).positions(folder.path, name);
        assert_eq!(found(&list, query).len(), 1, "{query}");
        let path = [folder.path, name].concat();
        let letters: Vec<char> =
            positions.iter().flat_map(|at| path[*at..].chars().next().unwrap().to_lowercase()).collect();
        assert_eq!(letters, wanted, "{query}: {positions:?}");
    }
}

/// Whether the letters of all words occur in a path in their order, whatever their case.
fn is_match(query: &str, path: &str) -> bool {
    query.split_whitespace().all(|word| {
        let mut path = path.chars();
        word.chars().all(|letter| path.any(|c| c.to_lowercase().eq(letter.to_lowercase())))
    })
}

/// All of them weighed, none passed over.
fn weighed(words: &Words, list: &PathList) -> Vec<Ranked> {
    let mut search = Search::new(words, usize::MAX / 2);
    let mut all = Vec::new();
    for (chunk, files) in list.chunks().iter().enumerate() {
        let places = files.groups().flat_map(|group| group.files).map(|file| Place { chunk, file });
        all.extend(places.filter_map(|place| search.weigh(list, place)));
    }
    all.sort_unstable_by_key(Ranked::order);
    all
}

proptest! {
    #[test]
    fn what_is_found_is_exactly_what_has_the_letters_in_order(
        paths in prop::collection::vec("[a-cA-Cé_.-]{1,12}(/[a-cA-CÉ_.-]{1,40}){0,3}", 1..40),
        query in "[a-cA-Cé_./-]{1,6}( [a-cA-C]{1,3}){0,2}",
    ) {
        let list = PathList::whole(paths.iter().map(String::as_str));
        let (_, best) = Words::new(&query).best(&list, &[], 1000);
        let found: std::collections::BTreeSet<_> = best.iter().map(|ranked| path(&list, ranked)).collect();
        prop_assert_eq!(found, paths.into_iter().filter(|path| is_match(&query, path)).collect());
    }

    #[test]
    fn what_is_passed_over_would_not_be_among_the_best(
        paths in prop::collection::vec("[a-c]{1,6}(/[a-cB_.]{1,10}){0,3}", 1..200),
        query in "[a-cB_]{1,3}( [ab]{1,2})?",
        few in 1..10_usize,
    ) {
        let list = PathList::whole(paths.iter().map(String::as_str));
        let words = Words::new(&query);
        let all = weighed(&words, &list);
        let (total, best) = words.best(&list, &[], few);
        prop_assert_eq!(total, all.len());
        prop_assert_eq!(&all[..few.min(total)], &best[..]);
    }
}
