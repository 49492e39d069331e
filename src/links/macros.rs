//! The macro that spares writing [`Links`](crate::Links) by hand.

/// Implements [`Links`](crate::Links) for a struct or an enum, from the names of its fields.
///
/// Every field has to be named, or the rest be passed over with `..`: the compiler checks it, so that a field added
/// later is not forgotten. What a named field is of must have [`Links`](crate::Links) itself. Fields of a tuple are
/// given names, which is what reports will call them. A type without links is written `{ .. }` or `(..)`.
///
/// ```
/// use freehold::{Handle, links};
///
/// struct Knot {
///     next: Option<Handle<Knot>>,
///     prev: Option<Handle<Knot>>,
///     colour: [u8; 3],
/// }
/// links!(Knot { next, prev, .. });
///
/// struct Pair<T>(Handle<T>, T);
/// links!(Pair<T>(first, second));
///
/// enum Shape {
///     Leaf,
///     Fork(Handle<Shape>, Handle<Shape>),
///     Named { below: Vec<Handle<Shape>>, name: std::time::Duration },
/// }
/// links!(enum Shape { Leaf, Fork(left, right), Named { below, .. } });
///
/// struct Opaque(std::time::Instant);
/// links!(Opaque(..));
/// ```
///
/// A field that is not named is a fault that the compiler finds:
///
/// ```compile_fail,E0027
/// # use freehold::{Handle, links};
/// struct Knot {
///     next: Option<Handle<Knot>>,
///     prev: Option<Handle<Knot>>,
/// }
/// links!(Knot { next });
/// ```
#[macro_export]
macro_rules! links {
    (@list $out:ident $($field:ident),* $(,)? $(..)?) => {{ $($out.field(::core::stringify!($field), $field);)* }};
    (@rewrite $map:ident $($field:ident),* $(,)? $(..)?) => {{ $($crate::Links::rewrite($field, $map);)* }};
    (@impl $name:ident [$($parameter:ident)*] $(($($pattern:tt)*) [$($fields:tt)*])*) => {
        impl<$($parameter: $crate::Links),*> $crate::Links for $name<$($parameter),*> {
            #[allow(unused_variables)]
            fn list(&self, out: &mut $crate::LinkList<'_>) {
                match self {
                    $($($pattern)* => $crate::links!(@list out $($fields)*),)*
                }
            }

            #[allow(unused_variables)]
            fn rewrite(&mut self, map: &$crate::Rewriter<'_>) {
                match self {
                    $($($pattern)* => $crate::links!(@rewrite map $($fields)*),)*
                }
            }
        }
    };
    (
        enum $name:ident $(<$($parameter:ident),+ $(,)?>)?
        { $($variant:ident $(($($unnamed:tt)*))? $({$($named:tt)*})?),* $(,)? }
    ) => {
        $crate::links!(
            @impl $name [$($($parameter)+)?]
            $((Self::$variant $(($($unnamed)*))? $({ $($named)* })?) [$($($unnamed)*)? $($($named)*)?])*
        );
    };
    ($name:ident $(<$($parameter:ident),+ $(,)?>)? { $($fields:tt)* }) => {
        $crate::links!(@impl $name [$($($parameter)+)?] (Self { $($fields)* }) [$($fields)*]);
    };
    ($name:ident $(<$($parameter:ident),+ $(,)?>)? ( $($fields:tt)* )) => {
        $crate::links!(@impl $name [$($($parameter)+)?] (Self($($fields)*)) [$($fields)*]);
    };
}
