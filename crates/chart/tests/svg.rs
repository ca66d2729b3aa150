//! The SVG: well-formed, presentation attributes only, numbers finite, and no panic on any model.
#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test ends it when it cannot go on")]

use proptest::prelude::*;
use wl_chart::{
    Axes, Band, Bar, BarChart, ChartError, ChartModel, LimitLine, Mark, Size, Sparkline, Theme, fixed_range,
    render, sparkline,
};
use wl_ledger::UnixMillis;
use wl_vitals::alarm::Priority;
use wl_vitals::trend::{Gap, Point, Trend};
use wl_vitals::{Decimal, Parameter};

const ELEMENTS: [&str; 5] = ["polyline", "line", "rect", "circle", "svg"];
const ATTRIBUTES: [&str; 23] = [
    "fill",
    "opacity",
    "stroke",
    "stroke-width",
    "points",
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "width",
    "height",
    "cx",
    "cy",
    "r",
    "viewBox",
    "xmlns",
    "fill-opacity",
    "stroke-opacity",
    "stroke-linecap",
    "stroke-linejoin",
    "class",
];

/// A small strict reader: one svg element, known elements and attributes only, every number finite.
fn check(svg: &str) -> Result<usize, String> {
    let mut rest = svg.trim();
    let (mut depth, mut count) = (0u32, 0usize);
    while !rest.is_empty() {
        let end = rest.find('>').ok_or("a tag does not end")?;
        let tag = rest.get(..=end).unwrap_or_default();
        rest = rest.get(end + 1..).unwrap_or_default().trim_start();
        if tag == "</svg>" {
            depth = depth.checked_sub(1).ok_or("an end without a start")?;
            continue;
        }
        let body = tag.strip_prefix('<').ok_or("text between tags")?;
        let closed = body.ends_with("/>");
        let body = body.trim_end_matches('>').trim_end_matches('/').trim();
        let (name, attributes) = body.split_once(' ').unwrap_or((body, ""));
        if !ELEMENTS.contains(&name) || closed == (name == "svg") || (name != "svg" && depth != 1) {
            return Err(format!("element {name}"));
        }
        depth += u32::from(!closed);
        count += 1;
        check_attributes(attributes)?;
    }
    if depth == 0 { Ok(count) } else { Err("elements stay open".into()) }
}

fn check_attributes(text: &str) -> Result<(), String> {
    let mut parts = text.split('"');
    loop {
        let Some(name) = parts.next().map(str::trim).filter(|name| !name.is_empty()) else { return Ok(()) };
        let name = name.strip_suffix('=').ok_or("an attribute without a value")?;
        let value = parts.next().ok_or("a value without its end")?;
        if !ATTRIBUTES.contains(&name) {
            return Err(format!("attribute {name}"));
        }
        let numbers = value.split([' ', ',']).filter(|part| !part.is_empty());
        let numeric = !matches!(name, "fill" | "stroke" | "xmlns" | "class");
        for number in numbers.filter(|_| numeric) {
            let read: f64 = number.parse().map_err(|_| format!("{name}={number}"))?;
            if !read.is_finite() {
                return Err(format!("{name}={number}"));
            }
        }
    }
}

fn model(points: Vec<Vec<(i64, i32)>>) -> ChartModel {
    let point = |(taken, value): (i64, i32)| Point { taken: UnixMillis(taken), value };
    let runs = points.into_iter().map(|run| run.into_iter().map(point).collect()).collect();
    ChartModel {
        parameter: Parameter::Spo2,
        trend: Trend {
            from: UnixMillis(0),
            to: UnixMillis(7_200_000),
            runs,
            gaps: vec![Gap { from: UnixMillis(1_000_000), to: UnixMillis(2_000_000) }],
            range: None,
        },
        scale: 0,
        range: fixed_range(Parameter::Spo2, Parameter::Spo2.info().unit),
        limits: vec![LimitLine {
            from: UnixMillis(0),
            to: UnixMillis(7_200_000),
            at: Decimal::whole(90),
            before: None,
            priority: Priority::Medium,
        }],
        bands: vec![Band { from: UnixMillis(3_000_000), to: None, priority: Priority::High }],
        bars: Vec::new(),
        size: Size { width: 720, height: 120 },
        theme: Theme::Dark,
    }
}

#[test]
fn a_chart_shows_runs_apart_limits_dashed_and_bands_behind() {
    let svg = render(&model(vec![
        vec![(0, 97), (900_000, 95)],
        vec![(3_000_000, 88)],
        vec![(4_000_000, 84), (7_000_000, 96)],
    ]))
    .expect("draws");
    check(&svg).expect("well-formed");
    let runs = svg.matches("stroke=\"#4FC3F7\"").count();
    assert_eq!(runs, 2, "one line for each run, none across the gap: {svg}");
    assert_eq!(svg.matches("<circle").count(), 1, "a value alone is a dot");
    assert_eq!(
        svg.matches("stroke=\"#FFD60A\"").count(),
        1,
        "one stroke for the limit, which the page dashes"
    );
    let (band, line) = (svg.find("#D32F2F"), svg.find("#4FC3F7"));
    assert!(band.is_some() && band < line, "the band lies behind the line");
    assert!(!svg.contains("style") && !svg.contains("<text"), "nothing a strict page refuses");
    // Nothing is drawn between 900,000 and 3,000,000 ms: pixels 90 to 300.
    let traced: Vec<i32> = svg
        .lines()
        .filter(|line| line.contains("#4FC3F7"))
        .filter_map(|line| line.split("points=\"").nth(1))
        .flat_map(|points| {
            points.split(' ').filter_map(|pair| pair.split(',').next()?.parse().ok()).collect::<Vec<i32>>()
        })
        .collect();
    assert_eq!(traced, [0, 90, 399, 699]);
}

#[test]
fn the_light_theme_has_colours_of_its_own() {
    let dark = model(vec![vec![(0, 97), (900_000, 95)]]);
    let light = render(&ChartModel { theme: Theme::Light, ..dark.clone() }).expect("draws");
    assert!(light.contains("#01579B") && !light.contains("#4FC3F7"));
    for parameter in Parameter::ALL {
        let svg = render(&ChartModel { parameter, ..dark.clone() }).expect("draws");
        check(&svg).expect("well-formed");
    }
}

#[test]
fn what_lies_outside_the_axis_is_marked_at_its_edge() {
    let svg = render(&model(vec![vec![(0, 97), (900_000, 40), (1_000_000, 97)]])).expect("draws");
    assert_eq!(svg.matches("<circle").count(), 1);
}

#[test]
fn a_limit_that_changed_is_a_step_and_a_bar_spans_its_values() {
    let mut changed = model(vec![]);
    let line = |from, to, at, before: Option<i32>| LimitLine {
        from: UnixMillis(from),
        to: UnixMillis(to),
        at: Decimal::whole(at),
        before: before.map(Decimal::whole),
        priority: Priority::Medium,
    };
    changed.bands.clear();
    changed.limits = vec![line(0, 3_600_000, 90, None), line(3_600_000, 7_200_000, 80, Some(90))];
    let svg = render(&changed).expect("draws");
    assert!(
        svg.contains("points=\"0,40 360,40 \"") && svg.contains("points=\"360,40 360,79 719,79 \""),
        "{svg}"
    );
    changed.limits.clear();
    changed.bars = vec![Bar { taken: UnixMillis(3_600_000), low: 80, high: 90, mean: Some(85) }];
    let svg = render(&changed).expect("draws");
    check(&svg).expect("well-formed");
    assert!(svg.contains("points=\"360,40 360,79 \""), "{svg}");
    assert_eq!(svg.matches("stroke=\"#4FC3F7\"").count(), 4, "the bar, both ends and the mean");
    changed.bars = vec![Bar { taken: UnixMillis(0), low: 10, high: 90, mean: None }];
    assert_eq!(render(&changed).expect("draws").matches("<circle").count(), 1, "an end outside is marked");
}

#[test]
fn bars_stand_side_by_side_on_screen_and_on_paper() {
    let chart =
        |values: Vec<i64>| BarChart { values, size: Size { width: 400, height: 100 }, theme: Theme::Light };
    let svg = chart(vec![0, 50, 100, -3]).svg().expect("draws");
    check(&svg).expect("well-formed");
    assert_eq!(svg.matches("<rect").count(), 3, "the ground and two bars: {svg}");
    let marks = chart(vec![0, 50, 100, 1]).marks().expect("draws");
    let areas: Vec<[i32; 4]> =
        marks.iter().filter_map(|m| if let Mark::Area(a, ..) = m { Some(*a) } else { None }).collect();
    assert_eq!(areas.len(), 4);
    assert_eq!((areas[1][1], areas[2][1], areas[3][1]), (50, 1, 97), "one in a hundred is still seen");
    assert!(chart(vec![]).svg().is_ok() && chart(vec![i64::MAX, i64::MIN]).marks().is_ok());
    assert!(matches!(chart(vec![1; 513]).svg(), Err(ChartError::TooMany(513))));
}

#[test]
fn points_that_change_no_pixel_are_left_out() {
    let steady = (0..3_600).map(|second| (second * 2_000, 90)).collect();
    let svg = render(&model(vec![steady])).expect("draws");
    assert!(svg.contains("points=\"0,40 719,40 \""), "{svg}");
    // Up and down within one pixel of time: both ends stay.
    let spike = (0..40).map(|n| (n * 100, if n == 20 { 75 } else { 95 })).collect();
    let svg = render(&model(vec![spike])).expect("draws");
    assert!(svg.contains("points=\"0,20 0,99 0,20 \""), "{svg}");
}

#[test]
fn axes_have_round_marks_inside_the_drawing() {
    let axes = Axes::of(&model(vec![]));
    assert_eq!(
        axes.values.iter().map(|t| t.value.to_string()).collect::<Vec<_>>(),
        ["70", "80", "90", "100"]
    );
    assert_eq!(axes.values.iter().map(|t| t.y).collect::<Vec<_>>(), [119, 79, 40, 0]);
    assert_eq!(
        axes.times.iter().map(|t| (t.at.0 / 60_000, t.x)).collect::<Vec<_>>(),
        [(0, 0), (30, 180), (60, 360), (90, 539)]
    );
}

#[test]
fn empty_models_draw_and_undecimated_ones_are_refused() {
    let empty = ChartModel {
        limits: vec![],
        bands: vec![],
        trend: Trend { runs: vec![], gaps: vec![], ..model(vec![]).trend },
        ..model(vec![])
    };
    assert!(check(&render(&empty).expect("draws")).is_ok());
    let long = model(vec![vec![(0, 97); 70_000]]);
    assert!(matches!(render(&long), Err(ChartError::TooMany(_))));
    let line = |values| Sparkline {
        parameter: Parameter::HeartRate,
        values,
        scale: 0,
        range: (Decimal::whole(30), Decimal::whole(180)),
        size: Size { width: 60, height: 20 },
        theme: Theme::Light,
    };
    assert_eq!(check(&sparkline(&line(vec![])).expect("draws")), Ok(1));
    assert_eq!(check(&sparkline(&line(vec![Some(80), None, Some(90), Some(91)])).expect("draws")), Ok(3));
    assert_eq!(check(&sparkline(&line(vec![Some(i32::MIN), Some(i32::MAX)])).expect("draws")), Ok(4));
    assert!(matches!(sparkline(&line(vec![None; 70_000])), Err(ChartError::TooMany(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_model_draws_to_sound_svg(
        points in prop::collection::vec(prop::collection::vec((any::<i64>(), any::<i32>()), 0..6), 0..6),
        from in any::<i64>(), to in any::<i64>(), scale in any::<i8>(),
        low in any::<(i32, i8)>(), high in any::<(i32, i8)>(), size in any::<(u32, u32)>(), band in any::<(i64, Option<i64>)>(),
    ) {
        let mut model = model(points);
        model.trend.from = UnixMillis(from);
        model.trend.to = UnixMillis(to);
        model.scale = scale;
        model.range = (Decimal { mantissa: low.0, scale: low.1 }, Decimal { mantissa: high.0, scale: high.1 });
        model.limits[0].at = model.range.1;
        model.limits[0].from = UnixMillis(band.0);
        model.bands[0] = Band { from: UnixMillis(band.0), to: band.1.map(UnixMillis), priority: Priority::Low };
        model.size = Size { width: size.0, height: size.1 % 300 };
        let svg = render(&model).expect("draws");
        prop_assert!(check(&svg).is_ok(), "{:?}", check(&svg));
        let axes = Axes::of(&model);
        prop_assert!(axes.times.len() <= 9 && axes.values.len() <= 7);
    }
}
