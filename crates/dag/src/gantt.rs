mod svg;
mod text;

pub use svg::to_gantt_svg;
pub use text::to_gantt_text;
