//! Clicks, zooms, searches and sorts.

use freehold::report::{Builder, Entry, Report};

use super::opened;
use crate::reports::parsed;

/// What a user sees who does `steps` on the page.
fn seen(name: &str, page: &str, steps: &str) -> Option<String> {
    let driver = include_str!("driver.js").replace("STEPS", steps);
    let listen = "window.failures = [];
        for (const kind of ['error', 'unhandledrejection', 'securitypolicyviolation'])
          addEventListener(kind, event => failures.push(event.message ?? event.reason ?? event.blockedURI));";
    let page = page.replacen("<head>", &format!("<head><script>{listen}</script>"), 1).replacen(
        "</body>",
        &format!("<script type=\"module\">{driver}</script></body>"),
        1,
    );
    let document = opened(&format!("{name}.html"), &page)?;
    let (_, result) = document.split_once("<pre id=\"result\">").unwrap_or_else(|| panic!("no result in {document}"));
    let (result, _) = result.split_once("</pre>").expect("the result ends");
    Some(result.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

fn smbd(snapshot: u32) -> Report {
    parsed(&format!("samba-4.17-smbd-client-t{snapshot}.talloc"))
}

#[test]
fn one_report_can_be_looked_around_in() {
    let steps = "
        note('title', at('title').textContent);
        note('facts', at('facts').textContent);
        note('first name', row('names'));
        document.querySelector('th[data-column=count] button').click();
        note('by count', row('names'));
        document.querySelector('th[data-column=count] button').click();
        note('by count, rising', document.querySelector('th[data-column=count]').ariaSort);
        document.querySelector('th[data-column=name] button').click();
        note('by name', row('names'));
        at('by-blocks').click();
        document.querySelector('th[data-column=total] button').click();
        note('blocks', row('names'));
        at('by-bytes').click();

        search('smb_filename');
        await rest();
        note('search', at('found').textContent);
        note('names found', document.querySelectorAll('#names tbody tr').length);
        search('/^struct smb_.*name$/');
        await rest();
        note('search by pattern', at('found').textContent);
        search('/(/');
        await rest();
        note('search by half a pattern', at('found').textContent);
        search('');
        await rest();

        hover(0.1, 1);
        note('tooltip', [...at('tip').children].map(line => line.textContent).join(' | '));
        clickBox(0.1, 1);
        await rest();
        note('zoomed', crumbs() + ' ' + location.hash);
        note('names below', row('names', 0));
        key(at('icicle'), 'ArrowDown');
        key(at('icicle'), 'Enter');
        await rest();
        note('zoomed by keys', crumbs());
        key(at('icicle'), 'Backspace');
        await rest();
        note('back by keys', crumbs());
        history.back();
        await rest();
        note('back by the browser', crumbs());
        at('crumbs').firstChild.click();
        await rest();
        note('back at the root', crumbs());

        at('tab-tree').click();
        note('tree shown', !at('tree').hidden && at('names').hidden);
        note('tree', [row('tree', 0), row('tree', 1)].join('  //  '));
        const lines = () => document.querySelectorAll('#tree tbody tr').length;
        const top = document.querySelector('#tree tr[data-id]');
        key(top, 'ArrowLeft');
        note('closed', lines());
        key(document.querySelector('#tree tr[data-id]'), 'ArrowRight');
        note('opened', lines() > 1);
        const light = pixel(0.5, 0);
        at('theme').click();
        note('theme', document.documentElement.dataset.theme + ', repainted: ' + (pixel(0.5, 0) !== light));
    ";
    let Some(seen) = seen("one", &smbd(2).html().title("smbd & friends").to_string(), steps) else { return };
    insta::assert_snapshot!("page_of_one_report", seen);
}

#[test]
fn two_reports_show_what_grew() {
    let steps = "
        note('facts', at('facts').textContent);
        note('legend', at('legend').textContent);
        note('grew most', row('names', 0));
        for (const name of ['files_struct', 'fd_handle', 'byte_range_lock']) {
          search('struct ' + name);
          await rest();
          note(name, at('found').textContent + ' // ' + row('names', 0));
        }
        search('');
        await rest();
        document.querySelector('th[data-column=count-delta] button').click();
        at('together').click();
        note('names apart from their numbers', row('names', 0));
        note('reddish', pixel(0.3, 0));
        hover(0.1, 1);
        note('tooltip', [...at('tip').children].map(line => line.textContent).join(' | '));
        at('tab-tree').click();
        note('tree', row('tree', 1));
    ";
    let page = smbd(2).html().since(&smbd(1)).to_string();
    let Some(seen) = seen("two", &page, steps) else { return };
    insta::assert_snapshot!("page_of_two_reports", seen);
}

#[test]
fn no_name_becomes_a_script_or_markup() {
    let names = [
        "</script><script>failures.push('ran')</script>",
        "<img src=x onerror=failures.push('img')>",
        "{{data}} <!-- '\"",
    ];
    let mut builder = Builder::new(Entry::new(names[0]));
    for name in names {
        builder.push(Entry::new(name).bytes(100));
        builder.leave();
    }
    builder.push(Entry::new(b"\xff\x1b[31m\n\xe2\x80\xa8").bytes(1));
    let page = builder.finish().html().to_string();
    let steps = "
        note('title', at('title').textContent);
        note('names', [...document.querySelectorAll('#names button.name')].map(name => name.textContent).join('  '));
        at('tab-tree').click();
        note('tree', [...document.querySelectorAll('#tree button.name')].map(name => name.textContent).join('  '));
        for (const x of [0.05, 0.4, 0.7]) {
          hover(x, 1);
          note('tooltip', at('tip').firstChild.textContent);
        }
        document.querySelector('#names button.name').click();
        note('searched', at('search').value);
        note('images', document.images.length);
    ";
    let Some(seen) = seen("hostile", &page, steps) else { return };
    insta::assert_snapshot!("page_of_hostile_names", seen);
}

#[test]
fn a_wide_and_a_deep_report_open() {
    let mut builder = Builder::new(Entry::new("root"));
    for number in 0..100_000_u64 {
        builder.push(Entry::new(&format!("session {number} of many")).bytes(100 + number % 7));
        builder.leave();
        let word: String = number.to_string().bytes().map(|digit| char::from(digit + 49)).collect();
        builder.push(Entry::new(&word).bytes(100 + number % 5));
        builder.leave();
    }
    (0..10_000).for_each(|_| builder.push(Entry::new("link").bytes(10)));
    let page = builder.finish().html().to_string();
    assert!(page.len() < 4_000_000, "{}", page.len());
    let steps = "
        note('facts', at('facts').textContent);
        document.querySelector('th[data-column=total] button').click();
        note('names', [row('names', 0), row('names', 1), row('names', 2)].join('  //  '));
        search('link');
        await rest();
        note('search', at('found').textContent);
        location.hash = '#9001';
        await rest();
        note('deep', crumbs());
    ";
    let Some(seen) = seen("large", &page, steps) else { return };
    insta::assert_snapshot!("page_of_a_large_report", seen);
}
